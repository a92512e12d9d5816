#include "gateway/snapshot/snapshot_builder.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/blob_store.h"

namespace mrg {
namespace {

using trustlist::v1::Federation;

constexpr absl::string_view kFederationPath = "federation";

// Adds where a part stands to the status of its parser, once.
absl::Status At(const InForceSet& set, const InForceTarget& target, const absl::Status& status) {
  const Reason reason = ReasonOf(status).value_or(Reason::kInvariantBroken);
  return MakeFieldError(reason, absl::StrCat(set.publisher.value(), ":", target.path),
                        status.message());
}

class Builder {
 public:
  Builder(const SnapshotOwner& owner, const std::vector<InForceSet>& sets, const BlobReader& blobs,
          const RecognitionSnapshot* previous)
      : owner_(owner), sets_(sets), blobs_(blobs), nodes_(&blobs), previous_(previous) {}

  absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> Build() {
    parts_.id = SnapshotId(ToManifest(sets_));
    CollectRoles();
    MRG_RETURN_IF_ERROR(CollectMembers());
    MRG_RETURN_IF_ERROR(CollectDictionary());
    if (parts_.dictionary == nullptr) {
      // Without the canonical dictionary nothing can be read or written; all jurisdictions wait.
      parts_.dictionary = std::make_shared<const Dictionary>();
      return std::make_shared<const RecognitionSnapshot>(std::move(parts_));
    }
    for (const InForceSet& set : sets_) {
      for (const InForceTarget& target : set.targets) {
        const absl::Status status = AddTarget(set, target);
        if (!status.ok()) return At(set, target, status);
      }
    }
    parts_.agreements = AgreementIndex::Build(std::move(listings_), std::move(repeals_));
    for (auto& [id, facts] : pending_) {
      if (facts.issuers && facts.catalogue && facts.statuses) {
        parts_.jurisdictions.emplace(id, std::move(facts));
      }
    }
    return std::make_shared<const RecognitionSnapshot>(std::move(parts_));
  }

 private:
  void CollectRoles() {
    for (const InForceSet& set : sets_) {
      std::vector<RoleFact>& roles = parts_.roles[set.publisher.value()];
      for (const RoleVersion& role : set.roles) {
        roles.push_back(
            {set.publisher.value(), role.role, role.version, role.signed_sha256, role.expires});
      }
    }
  }

  // Which member answers for which jurisdiction: our own by configuration, others by the hub.
  absl::Status CollectMembers() {
    for (const InForceSet& set : sets_) {
      if (set.publisher != owner_.hub) continue;
      parts_.hub = owner_.hub.value();
      for (const InForceTarget& target : set.targets) {
        if (target.path != kFederationPath) continue;
        const absl::Status status = AddFederation(target);
        if (!status.ok()) return At(set, target, status);
      }
    }
    for (const JurisdictionId& jurisdiction : owner_.jurisdictions) {
      parts_.known_jurisdictions[jurisdiction.value()] = owner_.member.value();
    }
    return absl::OkStatus();
  }

  absl::Status AddFederation(const InForceTarget& target) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    MRG_ASSIGN_OR_RETURN(const Federation federation,
                         ParseCanonical<Federation>(bytes, Reason::kMetadataMalformed));
    for (const auto& member : federation.members()) {
      for (const std::string& jurisdiction : member.jurisdictions()) {
        // Else the order of the members would decide whose lists count.
        if (!parts_.known_jurisdictions.emplace(jurisdiction, member.member()).second) {
          return MakeFieldError(Reason::kMetadataMalformed, "members.jurisdictions",
                                "expected each jurisdiction once");
        }
      }
    }
    return absl::OkStatus();
  }

  // The dictionary in force is the hub's `canonical/<version>` of the highest version.
  absl::Status CollectDictionary() {
    const InForceSet* publisher = nullptr;
    const InForceTarget* newest = nullptr;
    uint64_t newest_version = 0;
    for (const InForceSet& set : sets_) {
      if (set.publisher != owner_.hub) continue;
      for (const InForceTarget& target : set.targets) {
        const std::pair<absl::string_view, absl::string_view> path =
            absl::StrSplit(target.path, absl::MaxSplits('/', 1));
        uint64_t version = 0;
        if (path.first != "canonical" || !absl::SimpleAtoi(path.second, &version)) continue;
        if (newest != nullptr && version <= newest_version) continue;
        publisher = &set;
        newest = &target;
        newest_version = version;
      }
    }
    if (newest == nullptr) return absl::OkStatus();
    parts_.dictionary_target = {newest->path, newest->sha256};
    same_dictionary_ =
        previous_ != nullptr && previous_->dictionary_target().sha256 == newest->sha256;
    if (same_dictionary_) {
      parts_.dictionary = std::make_shared<const Dictionary>(previous_->dictionary());
      return absl::OkStatus();
    }
    auto dictionary = ReadDictionary(*newest, newest_version);
    if (!dictionary.ok()) return At(*publisher, *newest, dictionary.status());
    parts_.dictionary = std::make_shared<const Dictionary>(*std::move(dictionary));
    return absl::OkStatus();
  }

  absl::StatusOr<Dictionary> ReadDictionary(const InForceTarget& target, uint64_t version) const {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    MRG_ASSIGN_OR_RETURN(Dictionary dictionary, Dictionary::Parse(bytes));
    if (dictionary.version() != version) {
      return MakeFieldError(Reason::kDictionaryInvalid, "version",
                            "expected the version that the path names");
    }
    return dictionary;
  }

  // Result: true when `set`'s publisher answers for the jurisdiction.
  bool AnswersFor(const InForceSet& set, absl::string_view jurisdiction) const {
    auto found = parts_.known_jurisdictions.find(std::string(jurisdiction));
    return found != parts_.known_jurisdictions.end() && found->second == set.publisher.value();
  }

  absl::Status AddTarget(const InForceSet& set, const InForceTarget& target) {
    const std::vector<std::string> path = absl::StrSplit(target.path, '/');
    if (path.size() < 2 || !AnswersFor(set, path[0])) return absl::OkStatus();
    const std::string& jurisdiction = path[0];
    if (path.size() == 2 && path[1] == "issuers") {
      return AddIssuers(set, jurisdiction, target);
    }
    if (path.size() == 2 && path[1] == "catalogue") {
      return AddCatalogue(set, jurisdiction, target);
    }
    if (path.size() == 3 && path[1] == "status" && path[2] == "licences") {
      return AddStatuses(set, jurisdiction, target);
    }
    if (path.size() == 5 && path[1] == "packs") return AddPack(jurisdiction, path, target);
    if (path.size() == 4 && path[1] == "agreements")
      return AddAgreement(jurisdiction, path, target);
    if (path.size() == 3 && path[1] == "repeals") return AddRepeal(jurisdiction, path, target);
    return absl::OkStatus();
  }

  JurisdictionFacts& Pending(const InForceSet& set, const std::string& jurisdiction) {
    JurisdictionFacts& facts = pending_[jurisdiction];
    facts.id = jurisdiction;
    facts.member = set.publisher.value();
    return facts;
  }

  // The entries of a tree, taken apart: ids[i] belongs to values[i].
  struct TreeContent {
    std::vector<std::string> ids;
    std::vector<std::string> values;
  };

  absl::StatusOr<TreeContent> ReadTree(const InForceTarget& target) const {
    TreeContent content;
    MRG_RETURN_IF_ERROR(ForEachEntry(target.sha256, nodes_, [&](const TreeNodeEntry& entry) {
      content.ids.emplace_back(entry.id);
      content.values.emplace_back(entry.value);
      return absl::OkStatus();
    }));
    return content;
  }

  // What the previous snapshot holds of the jurisdiction; null when it holds nothing.
  const JurisdictionFacts* Before(const std::string& jurisdiction) const {
    return previous_ == nullptr ? nullptr : previous_->FindJurisdiction(jurisdiction);
  }

  absl::Status AddIssuers(const InForceSet& set, const std::string& jurisdiction,
                          const InForceTarget& target) {
    JurisdictionFacts& facts = Pending(set, jurisdiction);
    facts.issuers_target = {target.path, target.sha256};
    const JurisdictionFacts* before = Before(jurisdiction);
    if (before != nullptr && before->issuers_target.sha256 == target.sha256) {
      facts.issuers = before->issuers;
      return absl::OkStatus();
    }
    MRG_ASSIGN_OR_RETURN(IssuerList issuers,
                         IssuerList::Load(target.sha256, nodes_,
                                          before == nullptr ? nullptr : before->issuers.get()));
    facts.issuers = std::make_shared<const IssuerList>(std::move(issuers));
    return absl::OkStatus();
  }

  absl::Status AddCatalogue(const InForceSet& set, const std::string& jurisdiction,
                            const InForceTarget& target) {
    JurisdictionFacts& facts = Pending(set, jurisdiction);
    facts.catalogue_target = {target.path, target.sha256};
    const JurisdictionFacts* before = Before(jurisdiction);
    if (same_dictionary_ && before != nullptr && before->catalogue_target.sha256 == target.sha256) {
      facts.catalogue = before->catalogue;
      return absl::OkStatus();
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
    facts.catalogue = std::make_shared<const Catalogue>(std::move(catalogue));
    return absl::OkStatus();
  }

  absl::Status AddStatuses(const InForceSet& set, const std::string& jurisdiction,
                           const InForceTarget& target) {
    JurisdictionFacts& facts = Pending(set, jurisdiction);
    facts.status_target = {target.path, target.sha256};
    const JurisdictionFacts* before = Before(jurisdiction);
    if (before != nullptr && before->status_target.sha256 == target.sha256) {
      facts.statuses = before->statuses;
      return absl::OkStatus();
    }
    MRG_ASSIGN_OR_RETURN(
        LicenceStatusList list,
        LicenceStatusList::Load(target.sha256, nodes_,
                                before == nullptr ? nullptr : before->statuses.get()));
    facts.statuses = std::make_shared<const LicenceStatusList>(std::move(list));
    return absl::OkStatus();
  }

  absl::StatusOr<std::shared_ptr<const CompiledPack>> ReadPack(const InForceTarget& target) const {
    // Compiling runs the pack's own tests, which is most of the work of a build.
    const PackFact* before = same_dictionary_ ? previous_->FindPack(target.sha256) : nullptr;
    if (before != nullptr) return before->pack;
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    return CompiledPack::Compile(bytes, *parts_.dictionary);
  }

  // <j>/packs/<type>/<standard>/<version>
  absl::Status AddPack(const std::string& jurisdiction, const std::vector<std::string>& path,
                       const InForceTarget& target) {
    MRG_ASSIGN_OR_RETURN(std::shared_ptr<const CompiledPack> pack, ReadPack(target));
    if (pack->type_code() != path[2] || pack->standard() != path[3] || pack->version() != path[4] ||
        pack->owner_jurisdiction() != jurisdiction) {
      return MakeError(Reason::kPackInvalid,
                       "expected the type, standard, version and owner that the path names");
    }
    parts_.packs.emplace(target.sha256, PackFact{std::move(pack), {target.path, target.sha256}});
    return absl::OkStatus();
  }

  // <j>/agreements/<id>/<rev>
  absl::Status AddAgreement(const std::string& jurisdiction, const std::vector<std::string>& path,
                            const InForceTarget& target) {
    // Every party lists the same bytes.
    std::shared_ptr<const Agreement>& agreement = agreements_[target.sha256];
    if (agreement == nullptr) {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
      MRG_ASSIGN_OR_RETURN(agreement, Agreement::Parse(bytes));
    }
    if (agreement->id() != path[2] || absl::StrCat(agreement->revision()) != path[3]) {
      return MakeError(Reason::kAgreementInvalid, "expected the id and revision the path names");
    }
    listings_.push_back({jurisdiction, target.path, target.sha256, agreement});
    return absl::OkStatus();
  }

  // <j>/repeals/<id>
  absl::Status AddRepeal(const std::string& jurisdiction, const std::vector<std::string>& path,
                         const InForceTarget& target) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    MRG_ASSIGN_OR_RETURN(gateway::v1::Repeal repeal, ParseRepeal(bytes));
    if (repeal.agreement_id() != path[2]) {
      return MakeError(Reason::kAgreementInvalid, "expected a repeal of the id the path names");
    }
    repeals_.push_back({jurisdiction, std::move(repeal)});
    return absl::OkStatus();
  }

  const SnapshotOwner& owner_;
  const std::vector<InForceSet>& sets_;
  const BlobReader& blobs_;
  const BlobNodes nodes_;
  const RecognitionSnapshot* const previous_;
  bool same_dictionary_ = false;
  std::map<std::string, std::shared_ptr<const Agreement>> agreements_;  // by SHA-256
  RecognitionSnapshot::Parts parts_;
  std::map<std::string, JurisdictionFacts> pending_;
  std::vector<AgreementListing> listings_;
  std::vector<RepealListing> repeals_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> BuildSnapshot(
    const SnapshotOwner& owner, const std::vector<InForceSet>& sets, const BlobReader& blobs,
    const RecognitionSnapshot* previous) {
  return Builder(owner, sets, blobs, previous).Build();
}

}  // namespace mrg
