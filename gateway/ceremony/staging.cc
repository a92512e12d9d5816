#include "gateway/ceremony/staging.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/ceremony/far_ahead.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

// A list of a million issuers takes about 400 MB as text.
constexpr size_t kListTextBytesMax = size_t{1} << 30;
constexpr int kCalendarYearMin = 1949;
constexpr int kCalendarYearMax = 9999;

struct StagedContent {
  std::string path;
  std::string bytes;              // of a plain target
  std::optional<BuiltTree> tree;  // of a prefix tree
};

// What a list or a repeal is judged by beside its text.
struct Terms {
  absl::Time now;
  bool far_ahead;  // permitted
};

absl::Status CheckStates(const gateway::v1::IssuerList& list, const Terms& terms) {
  if (terms.far_ahead) return absl::OkStatus();
  for (int i = 0; i < list.entries_size(); ++i) {
    for (int k = 0; k < list.entries(i).states_size(); ++k) {
      MRG_RETURN_IF_ERROR(CheckNotFarAhead(absl::StrCat("entries[", i, "].states[", k, "].from"),
                                           ToTime(list.entries(i).states(k).from()), terms.now));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRepeals(const gateway::v1::Repeal& repeal, const Terms& terms) {
  if (terms.far_ahead) return absl::OkStatus();
  MRG_RETURN_IF_ERROR(
      CheckNotFarAhead("effective_from", ToTime(repeal.effective_from()), terms.now));
  for (int i = 0; i < repeal.further_size(); ++i) {
    MRG_RETURN_IF_ERROR(CheckNotFarAhead(absl::StrCat("further[", i, "].effective_from"),
                                         ToTime(repeal.further(i).effective_from()), terms.now));
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedContent> Issuers(const std::string& jurisdiction, const std::string& text,
                                      const Terms& terms) {
  gateway::v1::IssuerList list;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kIssuerListInvalid, &list, kListTextBytesMax));
  MRG_RETURN_IF_ERROR(CheckStates(list, terms));
  std::vector<TreeEntry> entries;
  for (const auto& entry : list.entries()) {
    entries.push_back(
        {absl::StrCat(entry.issuer_code(), "/", absl::BytesToHexString(Sha256(entry.public_key()))),
         CanonicalBytes(entry)});
  }
  MRG_ASSIGN_OR_RETURN(BuiltTree tree, BuildTree(std::move(entries)));
  return StagedContent{IssuersPath(jurisdiction), "", std::move(tree)};
}

absl::StatusOr<StagedContent> Catalogue(const std::string& jurisdiction, const std::string& text,
                                        const Terms&) {
  gateway::v1::CatalogueList list;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kCatalogueInvalid, &list));
  std::vector<TreeEntry> entries;
  for (const auto& entry : list.entries()) {
    entries.push_back({entry.type_code(), CanonicalBytes(entry)});
  }
  MRG_ASSIGN_OR_RETURN(BuiltTree tree, BuildTree(std::move(entries)));
  return StagedContent{CataloguePath(jurisdiction), "", std::move(tree)};
}

// Agreements name packs by the digest of these bytes, so the text stays as it is.
absl::StatusOr<StagedContent> Pack(const std::string& jurisdiction, const std::string& text,
                                   const Terms&) {
  gateway::v1::MappingPack pack;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kPackInvalid, &pack));
  if (pack.owner_jurisdiction() != jurisdiction) {
    return MakeError(Reason::kPackInvalid, "expected the owner to be the jurisdiction that lists");
  }
  return StagedContent{PackPath(jurisdiction, pack.type_code(), pack.standard(), pack.version()),
                       text, std::nullopt};
}

// Parties must list the same bytes, so the text stays as it is.
absl::StatusOr<StagedContent> AgreementText(const std::string& jurisdiction,
                                            const std::string& text, const Terms&) {
  gateway::v1::Agreement agreement;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kAgreementInvalid, &agreement));
  const auto& parties = agreement.parties();
  if (std::find(parties.begin(), parties.end(), jurisdiction) == parties.end()) {
    return MakeError(Reason::kAgreementInvalid, "expected the jurisdiction among the parties");
  }
  return StagedContent{AgreementPath(jurisdiction, agreement.id(), agreement.revision()), text,
                       std::nullopt};
}

absl::StatusOr<StagedContent> RepealText(const std::string& jurisdiction, const std::string& text,
                                         const Terms& terms) {
  gateway::v1::Repeal repeal;
  MRG_RETURN_IF_ERROR(ParseTextMessage(text, Reason::kAgreementInvalid, &repeal));
  MRG_RETURN_IF_ERROR(CheckRepeals(repeal, terms));
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

absl::StatusOr<StagedContent> Calendar(const std::string& year, const std::string& text) {
  int number = 0;
  if (!absl::SimpleAtoi(year, &number) || number < kCalendarYearMin || number > kCalendarYearMax) {
    return MakeError(Reason::kFieldMalformed, "expected a year of four digits");
  }
  return StagedContent{CalendarPath(number), text, std::nullopt};
}

// Reads `options.file` as the kind that `options` names.
absl::StatusOr<StagedContent> ReadStagedContent(const StageOptions& options, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.file, kListTextBytesMax));
  struct Kind {
    const std::string& jurisdiction;
    absl::StatusOr<StagedContent> (*read)(const std::string& jurisdiction, const std::string& text,
                                          const Terms& terms);
  };
  for (const Kind& kind : {Kind{options.issuers, Issuers}, Kind{options.catalogue, Catalogue},
                           Kind{options.pack, Pack}, Kind{options.agreement, AgreementText},
                           Kind{options.repeal, RepealText}}) {
    if (kind.jurisdiction.empty()) continue;
    MRG_RETURN_IF_ERROR(JurisdictionId::Parse(kind.jurisdiction).status());
    return kind.read(kind.jurisdiction, text, {now, options.far_ahead});
  }
  if (!options.calendar.empty()) return Calendar(options.calendar, text);
  if (options.dictionary) return DictionaryText(text);
  if (options.federation) return FederationText(text);
  return StagedContent{options.target, text, std::nullopt};
}

}  // namespace

absl::StatusOr<StagedTarget> StageTarget(const StageOptions& options, absl::Time now,
                                         RepositoryFolder* folder) {
  if (!options.remove.empty()) {
    MRG_ASSIGN_OR_RETURN(std::string role, folder->StageRemoval(options.remove, now));
    return StagedTarget{options.remove, std::move(role), true};
  }
  MRG_ASSIGN_OR_RETURN(StagedContent content, ReadStagedContent(options, now));
  std::string role;
  if (content.tree.has_value()) {
    MRG_ASSIGN_OR_RETURN(role, folder->StageTree(content.path, *content.tree, now));
  } else {
    MRG_ASSIGN_OR_RETURN(role, folder->StageFile(content.path, content.bytes, now));
  }
  return StagedTarget{std::move(content.path), std::move(role), false};
}

}  // namespace mrg
