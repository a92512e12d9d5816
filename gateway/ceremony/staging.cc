#include "gateway/ceremony/staging.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/catalogue.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/ceremony/far_ahead.h"
#include "gateway/ceremony/file_check.h"
#include "gateway/ceremony/issuers_text.h"
#include "gateway/ceremony/list_text.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/recognition/issuers_kept.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr int kCalendarYearMin = 1949;
constexpr int kCalendarYearMax = 9999;

struct StagedContent {
  std::string path;
  std::string bytes;              // of a plain target
  std::optional<BuiltTree> tree;  // of a prefix tree
};

absl::Status CheckRepealTimes(const std::string& text, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const gateway::v1::Repeal repeal, ParseRepeal(text));
  MRG_RETURN_IF_ERROR(CheckNotFarAhead("effective_from", ToTime(repeal.effective_from()), now));
  for (int i = 0; i < repeal.further_size(); ++i) {
    MRG_RETURN_IF_ERROR(CheckNotFarAhead(absl::StrCat("further[", i, "].effective_from"),
                                         ToTime(repeal.further(i).effective_from()), now));
  }
  return absl::OkStatus();
}

// Result: the digest of the tree at `path` as it is staged or, with nothing staged, published;
// empty when none is listed.
absl::StatusOr<std::string> TreeAt(const RepositoryFolder& folder, const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string role, folder.RoleOf(path));
  const auto draft = folder.Read(role);
  if (absl::IsNotFound(draft.status())) return std::string();
  MRG_RETURN_IF_ERROR(draft.status());
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(*draft));
  const auto listed = targets.targets.find(path);
  return listed == targets.targets.end() ? std::string() : listed->second.sha256;
}

// The same of the node's last publication.
absl::StatusOr<std::string> PublishedTreeAt(const RepositoryFolder& folder,
                                            const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string role, folder.RoleOf(path));
  MRG_ASSIGN_OR_RETURN(const auto draft, folder.ReadPublished(role));
  if (!draft.has_value()) return std::string();
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(*draft));
  const auto listed = targets.targets.find(path);
  return listed == targets.targets.end() ? std::string() : listed->second.sha256;
}

// Nodes of a folder and of a tree that is not in it yet. Both are borrowed.
class NodesWith : public NodeSource {
 public:
  NodesWith(const BuiltTree* tree, const RepositoryFolder* folder) : tree_(tree), held_(folder) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    const auto found = tree_->nodes.find(std::string(sha256));
    if (found != tree_->nodes.end()) return found->second;
    return held_.ReadNode(sha256);
  }

 private:
  const BuiltTree* const tree_;
  const FolderNodes held_;
};

// Result: the dictionary of `file`; without one the newest that the folder lists, nullopt when it
// lists none.
absl::StatusOr<std::optional<Dictionary>> DictionaryFor(const std::string& file,
                                                        const RepositoryFolder& folder) {
  if (!file.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(file));
    MRG_ASSIGN_OR_RETURN(Dictionary given, Dictionary::Parse(text));
    return given;
  }
  const auto draft = folder.Read(kTargetsRole);
  if (absl::IsNotFound(draft.status())) return std::nullopt;
  MRG_RETURN_IF_ERROR(draft.status());
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(*draft));
  uint64_t newest = 0;
  for (const auto& [path, target] : targets.targets) {
    const auto name = ParseTargetPath(path);
    if (name.ok() && name->kind == TargetKind::kDictionary) newest = std::max(newest, name->number);
  }
  if (newest == 0) return std::nullopt;
  const std::string path = DictionaryPath(newest);
  MRG_ASSIGN_OR_RETURN(const std::string text,
                       folder.ReadTarget(path, targets.targets.at(path).sha256));
  MRG_ASSIGN_OR_RETURN(Dictionary listed, Dictionary::Parse(text));
  return listed;
}

bool IsJudgedByDictionary(const StageOptions& options) {
  const auto name = ParseTargetPath(options.target);
  return !options.pack.empty() || !options.catalogue.empty() ||
         (name.ok() && name->kind == TargetKind::kPack);
}

absl::StatusOr<StagedContent> Issuers(const StageOptions& options, const std::string& text,
                                      absl::Time now, const RepositoryFolder& folder) {
  IssuersContext context{options.issuers, now, options.far_ahead};
  MRG_ASSIGN_OR_RETURN(context.catalogue_root, TreeAt(folder, CataloguePath(options.issuers)));
  MRG_ASSIGN_OR_RETURN(std::vector<TreeEntry> entries,
                       ReadIssuersText(text, context, FolderNodes(&folder)));
  MRG_ASSIGN_OR_RETURN(BuiltTree tree, BuildTree(std::move(entries)));
  const std::string path = IssuersPath(options.issuers);
  MRG_ASSIGN_OR_RETURN(const std::string published, PublishedTreeAt(folder, path));
  if (!published.empty()) {
    MRG_RETURN_IF_ERROR(CheckIssuersKept(published, tree.root_sha256, NodesWith(&tree, &folder)));
  }
  return StagedContent{path, "", std::move(tree)};
}

absl::StatusOr<StagedContent> Catalogue(const std::string& jurisdiction, const std::string& text,
                                        const Dictionary* dictionary) {
  gateway::v1::CatalogueList list;
  MRG_RETURN_IF_ERROR(ReadListText(text, Reason::kCatalogueInvalid, &list));
  if (list.entries().empty()) {
    return MakeFieldError(Reason::kCatalogueInvalid, "entries", "expected at least one");
  }
  std::vector<TreeEntry> entries;
  CatalogueNames names;
  for (int i = 0; i < list.entries_size(); ++i) {
    absl::Status sound = CheckEntryForm(list.entries(i), &names);
    if (sound.ok() && dictionary != nullptr) {
      sound = CheckEntryAgainst(*dictionary, list.entries(i));
    }
    if (!sound.ok()) {
      gateway::v1::CatalogueList scratch;
      return AtEntry(text, absl::StrCat("entries[", i, "]"), sound, &scratch);
    }
    entries.push_back({list.entries(i).type_code(), CanonicalBytes(list.entries(i))});
  }
  MRG_ASSIGN_OR_RETURN(BuiltTree tree, BuildTree(std::move(entries)));
  return StagedContent{CataloguePath(jurisdiction), "", std::move(tree)};
}

// Agreements name packs by the digest of these bytes, so the text stays as it is.
absl::StatusOr<StagedContent> Pack(const std::string& jurisdiction, const std::string& text) {
  gateway::v1::MappingPack pack;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kPackInvalid, &pack));
  return StagedContent{PackPath(jurisdiction, pack.type_code(), pack.standard(), pack.version()),
                       text, std::nullopt};
}

// Parties must list the same bytes, so the text stays as it is.
absl::StatusOr<StagedContent> AgreementText(const std::string& jurisdiction,
                                            const std::string& text) {
  gateway::v1::Agreement agreement;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kAgreementInvalid, &agreement));
  return StagedContent{AgreementPath(jurisdiction, agreement.id(), agreement.revision()), text,
                       std::nullopt};
}

absl::StatusOr<StagedContent> RepealText(const std::string& jurisdiction, const std::string& text) {
  gateway::v1::Repeal repeal;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kAgreementInvalid, &repeal));
  return StagedContent{RepealPath(jurisdiction, repeal.agreement_id()), text, std::nullopt};
}

absl::StatusOr<StagedContent> DictionaryText(const std::string& text) {
  gateway::v1::Dictionary dictionary;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kDictionaryInvalid, &dictionary));
  return StagedContent{DictionaryPath(dictionary.version()), text, std::nullopt};
}

absl::StatusOr<StagedContent> FederationText(const std::string& text) {
  trustlist::v1::Federation federation;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kConfigInvalid, &federation));
  auto* members = federation.mutable_members();
  std::sort(members->begin(), members->end(),
            [](const auto& a, const auto& b) { return a.member() < b.member(); });
  for (auto& member : *members) {
    auto* jurisdictions = member.mutable_jurisdictions();
    std::sort(jurisdictions->begin(), jurisdictions->end());
  }
  return StagedContent{kFederationPath, CanonicalBytes(federation), std::nullopt};
}

absl::StatusOr<StagedContent> ContactText(const std::string& text) {
  trustlist::v1::Contact contact;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kConfigInvalid, &contact));
  return StagedContent{kContactPath, CanonicalBytes(contact), std::nullopt};
}

absl::StatusOr<StagedContent> Calendar(const std::string& year, const std::string& text) {
  int number = 0;
  if (!absl::SimpleAtoi(year, &number) || number < kCalendarYearMin || number > kCalendarYearMax) {
    return MakeError(Reason::kFieldMalformed, "expected a year of four digits");
  }
  return StagedContent{CalendarPath(number), text, std::nullopt};
}

// Reads `text` as the kind that `options` names.
absl::StatusOr<StagedContent> ContentOf(const StageOptions& options, const std::string& text,
                                        absl::Time now, const RepositoryFolder& folder,
                                        const Dictionary* dictionary) {
  for (const std::string* jurisdiction :
       {&options.issuers, &options.catalogue, &options.pack, &options.agreement, &options.repeal}) {
    if (!jurisdiction->empty()) {
      MRG_RETURN_IF_ERROR(JurisdictionId::Parse(*jurisdiction).status());
    }
  }
  if (!options.issuers.empty()) return Issuers(options, text, now, folder);
  if (!options.catalogue.empty()) return Catalogue(options.catalogue, text, dictionary);
  if (!options.pack.empty()) return Pack(options.pack, text);
  if (!options.agreement.empty()) return AgreementText(options.agreement, text);
  if (!options.repeal.empty()) return RepealText(options.repeal, text);
  if (!options.calendar.empty()) return Calendar(options.calendar, text);
  if (options.dictionary) return DictionaryText(text);
  if (options.federation) return FederationText(text);
  if (options.contact) return ContactText(text);
  return StagedContent{options.target, text, std::nullopt};
}

absl::StatusOr<StagedContent> ReadStagedContent(const StageOptions& options, absl::Time now,
                                                const RepositoryFolder& folder,
                                                const Dictionary* dictionary) {
  MRG_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.file, kListTextBytesMax));
  MRG_ASSIGN_OR_RETURN(StagedContent content, ContentOf(options, text, now, folder, dictionary));
  if (content.tree.has_value()) return content;
  MRG_RETURN_IF_ERROR(CheckFile(content.path, content.bytes, dictionary));
  const auto name = ParseTargetPath(content.path);
  if (name.ok() && name->kind == TargetKind::kRepeal && !options.far_ahead) {
    MRG_RETURN_IF_ERROR(CheckRepealTimes(content.bytes, now));
  }
  return content;
}

}  // namespace

absl::StatusOr<StagedTarget> StageTarget(const StageOptions& options, absl::Time now,
                                         RepositoryFolder* folder) {
  if (!options.remove.empty()) {
    const auto name = ParseTargetPath(options.remove);
    if (name.ok() && name->kind == TargetKind::kIssuers) {
      MRG_ASSIGN_OR_RETURN(const std::string published, PublishedTreeAt(*folder, options.remove));
      if (!published.empty()) return IssuersNoLongerListed();
    }
    MRG_ASSIGN_OR_RETURN(std::string role, folder->StageRemoval(options.remove, now));
    return StagedTarget{options.remove, std::move(role), true};
  }
  std::optional<Dictionary> dictionary;
  if (IsJudgedByDictionary(options)) {
    MRG_ASSIGN_OR_RETURN(dictionary, DictionaryFor(options.canonical, *folder));
  }
  MRG_ASSIGN_OR_RETURN(
      StagedContent content,
      ReadStagedContent(options, now, *folder, dictionary.has_value() ? &*dictionary : nullptr));
  std::string role;
  if (content.tree.has_value()) {
    MRG_ASSIGN_OR_RETURN(role, folder->StageTree(content.path, *content.tree, now));
  } else {
    MRG_ASSIGN_OR_RETURN(role, folder->StageFile(content.path, content.bytes, now));
  }
  const bool without_dictionary = !dictionary.has_value() && IsJudgedByDictionary(options);
  return StagedTarget{std::move(content.path), std::move(role), false, without_dictionary};
}

}  // namespace mrg
