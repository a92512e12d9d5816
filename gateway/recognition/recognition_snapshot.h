#ifndef MRG_GATEWAY_RECOGNITION_RECOGNITION_SNAPSHOT_H_
#define MRG_GATEWAY_RECOGNITION_RECOGNITION_SNAPSHOT_H_

// Everything that is in force at one moment, immutable and ready to decide from. gateway/snapshot
// builds it from verified trust lists and swaps it atomically; readers never lock.
//
// Thread-safe: immutable after construction.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/base/identifiers.h"
#include "gateway/catalogue/catalogue.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/recognition/issuer_list.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/translation/compiled_pack.h"

namespace mrg {

// One version of one role of one publisher, as it stands in a decision record.
struct RoleFact {
  std::string publisher;  // member id
  std::string role;       // "root", "targets", "j-31" ...
  int64_t version = 0;
  std::string signed_sha256;  // of the canonical `signed` part, 32 raw bytes
  absl::Time expires;
};

// One target file that a decision used.
struct TargetFact {
  std::string path;    // TUF target path
  std::string sha256;  // 32 raw bytes
};

// What one jurisdiction has put in force. The pointers are never null.
struct JurisdictionFacts {
  JurisdictionFacts(JurisdictionId id, MemberId member)
      : id(std::move(id)), member(std::move(member)) {}

  JurisdictionId id;
  MemberId member;  // the publisher
  std::shared_ptr<const IssuerList> issuers;
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const LicenceStatusList> statuses;
  TargetFact issuers_target;
  TargetFact catalogue_target;
  TargetFact status_target;
  // The member's roles on which decisions about this jurisdiction rest, those of its other
  // provinces not among them. Filled by RecognitionSnapshot.
  std::vector<RoleFact> roles;
};

// One mapping pack in force.
struct PackFact {
  std::shared_ptr<const CompiledPack> pack;
  TargetFact target;
};

// When a member is in the federation: [from, until), by the hub's list.
struct MembershipTerm {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

class RecognitionSnapshot {
 public:
  struct Parts {
    std::string id;               // SHA-256 of the canonical manifest, 32 raw bytes
    std::optional<MemberId> hub;  // nullopt when no hub is in force
    std::map<MemberId, std::vector<RoleFact>> roles;  // by publisher
    std::set<MemberId> forked;  // publishers with a fork that waits for an operator
    // By publisher: roles of its top-level targets behind which a delegation was left out for its
    // fault. A jurisdiction that rests on one is not in force here, whatever else of it is: a list
    // that was left out must not be read as one that says nothing.
    std::map<MemberId, std::set<std::string>> left_out;
    std::map<JurisdictionId, JurisdictionFacts> jurisdictions;
    std::map<JurisdictionId, MemberId> known_jurisdictions;  // of the federation
    std::map<MemberId, MembershipTerm> memberships;          // others have no end
    std::map<std::string, PackFact> packs;                   // by SHA-256, 32 raw bytes
    std::shared_ptr<const Dictionary> dictionary;            // never null
    std::set<std::string> elements_of_earlier;               // ids, of its earlier versions
    TargetFact dictionary_target;
    AgreementIndex agreements;
  };

  explicit RecognitionSnapshot(Parts parts);

  const std::string& id() const { return parts_.id; }
  const std::optional<MemberId>& hub() const { return parts_.hub; }
  const Dictionary& dictionary() const { return *parts_.dictionary; }
  const TargetFact& dictionary_target() const { return parts_.dictionary_target; }
  // Result: whether any version of the dictionary in force has the element. What it knew once it
  // goes on knowing, since versions are not taken back.
  bool IsKnownElement(const std::string& id) const;
  const AgreementIndex& agreements() const { return parts_.agreements; }
  const std::map<JurisdictionId, JurisdictionFacts>& jurisdictions() const {
    return parts_.jurisdictions;
  }

  // Which member answers for which jurisdiction, of the whole federation.
  const std::map<JurisdictionId, MemberId>& known_jurisdictions() const {
    return parts_.known_jurisdictions;
  }

  // Result: the jurisdiction's facts; null when none are in force here.
  const JurisdictionFacts* FindJurisdiction(const JurisdictionId& id) const;
  // Result: the member that answers for the jurisdiction, whether or not its lists are here;
  // nullopt when the federation has none.
  std::optional<MemberId> MemberOf(const JurisdictionId& jurisdiction) const;
  // Result: true when the federation has a member for it, whether or not its lists are here.
  bool IsKnownJurisdiction(const JurisdictionId& id) const;
  // Result: true when one member answers for both. Among its own jurisdictions nobody else's list
  // counts, the hub's word on its membership included.
  bool IsWithinOneMember(const JurisdictionId& a, const JurisdictionId& b) const;
  // Result: false when the hub's list says that the jurisdiction's member is not in the federation
  // at `t`. True for a jurisdiction that nobody answers for.
  bool IsMemberAt(const JurisdictionId& jurisdiction, absl::Time t) const;
  // Result: the publisher's roles; null when nothing of it is in force here.
  const std::vector<RoleFact>* FindRoles(const MemberId& publisher) const;
  // Result: the hub's roles; null when no hub is in force here.
  const std::vector<RoleFact>* HubRoles() const;
  // Result: true while a fork of the publisher waits for an operator.
  bool IsForked(const MemberId& publisher) const;
  // By SHA-256, 32 raw bytes.
  const std::map<std::string, PackFact>& packs() const { return parts_.packs; }
  // Result: the pack with this digest (32 raw bytes); null when it is not in force here.
  const PackFact* FindPack(absl::string_view sha256) const;

 private:
  Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_RECOGNITION_SNAPSHOT_H_
