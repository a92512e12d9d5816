#include "gateway/snapshot/snapshot_builder.h"

#include <map>
#include <set>
#include <utility>

#include "gateway/agreement/party_members.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

class Builder {
 public:
  Builder(const SnapshotOwner& owner, const std::vector<PublisherContent>& publishers,
          const BlobReader& blobs, std::vector<const RecognitionSnapshot*> earlier)
      : owner_(owner),
        publishers_(publishers),
        blobs_(blobs),
        nodes_(&blobs),
        earlier_(std::move(earlier)) {}

  absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> Build() {
    std::vector<InForceSet> sets;
    for (const PublisherContent& one : publishers_) sets.push_back(*one.set);
    parts_.id = SnapshotId(ToManifest(sets));
    CollectRoles();
    MRG_RETURN_IF_ERROR(CollectMembers());
    CollectDictionary();
    if (parts_.dictionary == nullptr) {
      // Without the canonical dictionary nothing can be read or written; all jurisdictions wait.
      parts_.dictionary = std::make_shared<const Dictionary>();
      return std::make_shared<const RecognitionSnapshot>(std::move(parts_));
    }
    for (const PublisherContent& one : publishers_) {
      for (const auto& [text, province] : one.listed->provinces) {
        MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction, JurisdictionId::Parse(text));
        if (!AnswersFor(*one.set, jurisdiction)) continue;
        MRG_RETURN_IF_ERROR(AddProvince(*one.set, jurisdiction, province));
      }
    }
    parts_.agreements = AgreementIndex::Build(std::move(listings_), std::move(repeals_));
    return std::make_shared<const RecognitionSnapshot>(std::move(parts_));
  }

 private:
  void CollectRoles() {
    for (const PublisherContent& one : publishers_) {
      const InForceSet& set = *one.set;
      if (set.forked) parts_.forked.insert(set.publisher);
      for (const LeftOutRole& left_out : set.left_out) {
        parts_.left_out[set.publisher].insert(left_out.through);
      }
      std::vector<RoleFact>& roles = parts_.roles[set.publisher];
      for (const RoleVersion& role : set.roles) {
        roles.push_back(
            {set.publisher.value(), role.role, role.version, role.signed_sha256, role.expires});
      }
    }
  }

  // Which member answers for which jurisdiction: our own by configuration, others as far as the
  // hub lists them; and of these the parties of our agreements by what the agreements say.
  absl::Status CollectMembers() {
    for (const JurisdictionId& jurisdiction : owner_.jurisdictions) {
      parts_.known_jurisdictions.emplace(jurisdiction, owner_.member);
    }
    const PartyMembers parties = OwnPartyMembers();
    for (const PublisherContent& one : publishers_) {
      if (one.set->publisher != owner_.hub) continue;
      parts_.hub = owner_.hub;
      for (const auto& member : one.federation->members()) {
        MRG_ASSIGN_OR_RETURN(const MemberId id, MemberId::Parse(member.member()));
        MembershipTerm& term = parts_.memberships[id];
        if (member.has_since()) term.from = ToTime(member.since());
        if (member.has_until()) term.until = ToTime(member.until());
        for (const std::string& text : member.jurisdictions()) {
          if (parties.contested.contains(text)) continue;
          const auto agreed = parties.members.find(text);
          MRG_ASSIGN_OR_RETURN(JurisdictionId jurisdiction, JurisdictionId::Parse(text));
          MRG_ASSIGN_OR_RETURN(MemberId of, agreed == parties.members.end()
                                                ? absl::StatusOr<MemberId>(id)
                                                : MemberId::Parse(agreed->second));
          parts_.known_jurisdictions.emplace(std::move(jurisdiction), std::move(of));
        }
      }
    }
    return absl::OkStatus();
  }

  // By the agreements that this member lists; the hub has none.
  PartyMembers OwnPartyMembers() const {
    std::set<std::string> own;
    for (const JurisdictionId& jurisdiction : owner_.jurisdictions)
      own.insert(jurisdiction.value());
    std::vector<AgreementListing> listings;
    std::vector<RepealListing> repeals;
    for (const PublisherContent& one : publishers_) {
      if (one.set->publisher != owner_.member) continue;
      for (const auto& [text, province] : one.listed->provinces) {
        listings.insert(listings.end(), province.agreements.begin(), province.agreements.end());
        repeals.insert(repeals.end(), province.repeals.begin(), province.repeals.end());
      }
    }
    return MembersOfParties(AgreementHistory::Build(std::move(listings), repeals), own);
  }

  // The dictionary in force is the hub's one of the highest version.
  void CollectDictionary() {
    for (const PublisherContent& one : publishers_) {
      if (one.set->publisher != owner_.hub || one.listed->dictionaries.empty()) continue;
      const ListedDictionary& newest = one.listed->dictionaries.rbegin()->second;
      parts_.dictionary_target = newest.target;
      parts_.dictionary = newest.dictionary;
      for (const auto& [version, listed] : one.listed->dictionaries) {
        if (listed.dictionary == newest.dictionary) continue;
        for (const auto& [id, element] : listed.dictionary->elements()) {
          parts_.elements_of_earlier.insert(id);
        }
      }
    }
    std::erase_if(earlier_, [this](const RecognitionSnapshot* one) {
      return one == nullptr || one->dictionary_target().sha256 != parts_.dictionary_target.sha256;
    });
  }

  // Result: true when `set`'s publisher answers for the jurisdiction.
  bool AnswersFor(const InForceSet& set, const JurisdictionId& jurisdiction) const {
    auto found = parts_.known_jurisdictions.find(jurisdiction);
    return found != parts_.known_jurisdictions.end() && found->second == set.publisher;
  }

  absl::Status AddProvince(const InForceSet& set, const JurisdictionId& jurisdiction,
                           const ListedProvince& province) {
    JurisdictionFacts facts(jurisdiction, set.publisher);
    facts.issuers = province.issuers;
    facts.issuers_target = province.issuers_target;
    facts.statuses = province.statuses;
    facts.status_target = province.status_target;
    if (!province.catalogue_target.path.empty()) {
      facts.catalogue_target = province.catalogue_target;
      auto catalogue = ReadCatalogue(jurisdiction, province.catalogue_target);
      if (!catalogue.ok()) {
        return AtTarget(set.publisher, province.catalogue_target.path, catalogue.status());
      }
      facts.catalogue = *std::move(catalogue);
    }
    for (const TargetFact& target : province.packs) {
      const absl::Status status = AddPack(target);
      if (!status.ok()) return AtTarget(set.publisher, target.path, status);
    }
    listings_.insert(listings_.end(), province.agreements.begin(), province.agreements.end());
    repeals_.insert(repeals_.end(), province.repeals.begin(), province.repeals.end());
    if (facts.issuers && facts.catalogue && facts.statuses) {
      parts_.jurisdictions.emplace(jurisdiction, std::move(facts));
    }
    return absl::OkStatus();
  }

  // The entries of a tree, taken apart: ids[i] belongs to values[i].
  struct TreeContent {
    std::vector<std::string> ids;
    std::vector<std::string> values;
  };

  absl::StatusOr<TreeContent> ReadTree(const TargetFact& target) const {
    TreeContent content;
    MRG_RETURN_IF_ERROR(ForEachEntry(target.sha256, nodes_, [&](const TreeNodeEntry& entry) {
      content.ids.emplace_back(entry.id);
      content.values.emplace_back(entry.value);
      return absl::OkStatus();
    }));
    return content;
  }

  absl::StatusOr<std::shared_ptr<const Catalogue>> ReadCatalogue(const JurisdictionId& jurisdiction,
                                                                 const TargetFact& target) const {
    for (const RecognitionSnapshot* one : earlier_) {
      const JurisdictionFacts* const before = one->FindJurisdiction(jurisdiction);
      if (before != nullptr && before->catalogue_target.sha256 == target.sha256) {
        return before->catalogue;
      }
    }
    MRG_ASSIGN_OR_RETURN(const TreeContent content, ReadTree(target));
    MRG_ASSIGN_OR_RETURN(Catalogue catalogue,
                         Catalogue::FromEntries(content.values, *parts_.dictionary));
    for (const std::string& id : content.ids) {
      // An entry under another id could not be proved present, and could stand twice.
      if (catalogue.FindType(id) == nullptr) {
        return MakeError(Reason::kCatalogueInvalid, "expected each entry under its own id");
      }
    }
    return std::make_shared<const Catalogue>(std::move(catalogue));
  }

  absl::StatusOr<std::shared_ptr<const CompiledPack>> ReadPack(const TargetFact& target) const {
    // Compiling runs the pack's own tests, which is most of the work of a build.
    for (const RecognitionSnapshot* one : earlier_) {
      const PackFact* const before = one->FindPack(target.sha256);
      if (before != nullptr) return before->pack;
    }
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    return CompiledPack::Compile(bytes, *parts_.dictionary);
  }

  absl::Status AddPack(const TargetFact& target) {
    MRG_ASSIGN_OR_RETURN(const TargetName name, ParseTargetPath(target.path));
    MRG_ASSIGN_OR_RETURN(std::shared_ptr<const CompiledPack> pack, ReadPack(target));
    if (pack->type_code() != name.id || pack->standard() != name.standard ||
        pack->version() != name.version || pack->owner_jurisdiction() != name.jurisdiction) {
      return MakeError(Reason::kPackInvalid,
                       absl::StrCat("expected what the path says, found ",
                                    PackPath(pack->owner_jurisdiction(), pack->type_code(),
                                             pack->standard(), pack->version())));
    }
    parts_.packs.emplace(target.sha256, PackFact{std::move(pack), target});
    return absl::OkStatus();
  }

  const SnapshotOwner& owner_;
  const std::vector<PublisherContent>& publishers_;
  const BlobReader& blobs_;
  const BlobNodes nodes_;
  std::vector<const RecognitionSnapshot*> earlier_;  // of the same dictionary, once it is known
  RecognitionSnapshot::Parts parts_;
  std::vector<AgreementListing> listings_;
  std::vector<RepealListing> repeals_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> BuildSnapshot(
    const SnapshotOwner& owner, const std::vector<PublisherContent>& publishers,
    const BlobReader& blobs, std::vector<const RecognitionSnapshot*> earlier) {
  return Builder(owner, publishers, blobs, std::move(earlier)).Build();
}

}  // namespace mrg
