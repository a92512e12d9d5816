#ifndef MRG_GATEWAY_RECOGNITION_TESTING_SNAPSHOT_FIXTURE_H_
#define MRG_GATEWAY_RECOGNITION_TESTING_SNAPSHOT_FIXTURE_H_

// The parts of a recognition snapshot, for tests: the shipped dictionary, packs, catalogues and
// agreements of the six jurisdictions, with issuer keys, role versions and status lists of our own
// making. A test changes the one part it is about, then builds.
//
// Threads: a fixture belongs to one thread; what it builds is immutable.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/crypto/scheme.h"
#include "gateway/crypto/signer.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/translation/testing/shipped_file.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

inline constexpr char kDeltaMember[] = "yangtze-delta";
inline constexpr char kSichuanMember[] = "sichuan-chongqing";
inline constexpr char kHubMember[] = "hub";

// The instant at which everything in the fixture is in force and fresh: 2026-03-01 12:00 in
// Shanghai. The sample licences are of 2026-01-05 or older.
absl::Time FixtureNow();

// Result: the instant that RFC 3339 text names. Fails the test when it names none.
absl::Time TimeOf(absl::string_view rfc3339);

// Result: the key with which the authority of a jurisdiction signs. Made once a process.
const Signer& IssuerKey(const std::string& jurisdiction, Scheme scheme = Scheme::kSm2Sm3);

// Result: the GB 32100 code of the jurisdiction's synthetic authority.
std::string IssuerCodeOf(const std::string& jurisdiction);

// Result: the data standard of the jurisdiction's region.
std::string StandardOf(const std::string& jurisdiction);

// Result: SignatureAlgorithm of a scheme.
gateway::v1::SignatureAlgorithm AlgorithmOf(Scheme scheme);

// Result: the agreement's bytes as shipped; `id` e.g. "cross-region-sample".
std::string ShippedAgreementText(const std::string& id);

// One agreement as its parties list it; each party may hold other bytes.
struct ListedAgreement {
  std::string id;
  std::map<std::string, std::string> texts;  // by jurisdiction that lists it
};

// What one jurisdiction publishes.
struct JurisdictionParts {
  std::string member;
  std::vector<gateway::v1::IssuerEntry> issuers;  // [0] the SM2 key, [1] the P-256 key
  gateway::v1::CatalogueList catalogue;
  std::vector<gateway::v1::LicenceStatusEntry> statuses;
  bool in_force = true;  // false: known to the federation, but its lists are not here
};

class SnapshotFixture {
 public:
  // Everything in force and fresh at FixtureNow(): keys listed since 2020 for all three types and
  // the whole province; root, targets, snapshot, timestamp, status and one role a province for each
  // member; no status entries, no repeals.
  SnapshotFixture();

  std::map<std::string, JurisdictionParts> jurisdictions;  // by id
  std::map<std::string, std::vector<RoleFact>> roles;      // by publisher
  std::map<std::string, std::string> known_jurisdictions;  // id -> member
  std::map<std::string, MembershipTerm> memberships;       // by member
  std::vector<std::string> packs;                          // texts
  std::vector<ListedAgreement> agreements;
  std::vector<RepealListing> repeals;
  std::string hub = kHubMember;
  std::set<std::string> forked;                           // publishers
  std::map<std::string, std::set<std::string>> left_out;  // publisher -> roles
  std::set<std::string> elements_of_earlier;              // of other versions of the dictionary

  // The entry of the jurisdiction's key.
  gateway::v1::IssuerEntry& Issuer(const std::string& jurisdiction,
                                   Scheme scheme = Scheme::kSm2Sm3);
  // The role of the publisher. Fails the test when there is none.
  RoleFact& Role(const std::string& publisher, const std::string& role);
  // The catalogue entry of the jurisdiction's type.
  gateway::v1::CatalogueEntry& Type(const std::string& jurisdiction, const std::string& type_code);
  // Replaces `from` by `to` in every party's copy of the agreement. Fails the test when `from` does
  // not stand in it.
  void EditAgreement(const std::string& id, absl::string_view from, absl::string_view to);
  // Replaces `from` by `to` in the pack, and its digest in every agreement. Fails the test when
  // `from` does not stand in it.
  void EditPack(absl::string_view standard, absl::string_view type_code, absl::string_view from,
                absl::string_view to);
  // Adds a repeal of all revisions by one party.
  void Repeal(const std::string& jurisdiction, const std::string& id, absl::Time effective_from);
  // Adds a state to a key.
  void AddState(const std::string& jurisdiction, Scheme scheme, gateway::v1::IssuerStateKind kind,
                absl::Time from, absl::Time until = absl::InfiniteFuture());

  // Result: the snapshot of the parts as they are now. Fails the test when a part is not valid.
  RecognitionSnapshot Build() const;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_TESTING_SNAPSHOT_FIXTURE_H_
