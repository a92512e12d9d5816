#include "gateway/ceremony/issuer_addition.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/ceremony/issuers_text.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "google/protobuf/text_format.h"
#include "mrg/gateway/v1/issuer.pb.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;

gateway::v1::SignatureAlgorithm AlgorithmOf(Scheme scheme) {
  gateway::v1::SignatureAlgorithm algorithm = gateway::v1::SIGNATURE_ALGORITHM_UNSPECIFIED;
  const std::string name = absl::StrReplaceAll(SchemeName(scheme), {{"-", "_"}});
  gateway::v1::SignatureAlgorithm_Parse(
      absl::StrCat("SIGNATURE_ALGORITHM_", absl::AsciiStrToUpper(name)), &algorithm);
  return algorithm;
}

template <typename Repeated>
void AddSorted(std::vector<std::string> values, Repeated* target) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  target->Assign(values.begin(), values.end());
}

absl::StatusOr<IssuerEntry> EntryOf(const AddIssuerOptions& options, const PublicKey& key,
                                    absl::Time now) {
  absl::Time from = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  if (!options.from.empty()) {
    MRG_ASSIGN_OR_RETURN(from, ParseInstantFrom("--from", options.from, now));
  }
  IssuerEntry entry;
  entry.set_issuer_code(options.issuer_code);
  entry.set_name(options.name);
  entry.set_public_key(key.spki_der());
  entry.set_algorithm(AlgorithmOf(key.scheme()));
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  AddSorted(options.type_codes, entry.mutable_type_codes());
  AddSorted(options.areas.empty() ? std::vector<std::string>{options.jurisdiction} : options.areas,
            entry.mutable_area_prefixes());
  *entry.mutable_listed_from() = ToTimestamp(from);
  return entry;
}

// Result: `status` of a list with this one entry, with the flag that the field came from.
absl::Status AtFlag(const absl::Status& status) {
  const auto reason = ReasonOf(status);
  if (!reason.has_value()) return status;
  const std::string field = FieldOf(status);
  for (const auto& [part, flag] :
       {std::pair("issuer_code", "--code"), std::pair("name", "--name"),
        std::pair("type_codes", "--type"), std::pair("area_prefixes", "--area"),
        std::pair("listed_from", "--from"), std::pair("public_key", "--pem, --certificate"),
        std::pair("algorithm", "--pem, --certificate")}) {
    if (!absl::StrContains(field, part) && !absl::StrContains(status.message(), part)) continue;
    const absl::string_view words = status.message();
    const size_t expected = words.find("expected ");
    return MakeFieldError(*reason, flag, expected == words.npos ? words : words.substr(expected));
  }
  return status;
}

}  // namespace

absl::StatusOr<AddedIssuer> AddIssuer(const AddIssuerOptions& options, const PublicKey& key,
                                      absl::Time now, RepositoryFolder* folder) {
  if (!JurisdictionIdKind::IsValid(options.jurisdiction)) {
    return MakeFieldError(Reason::kFieldMalformed, "--jurisdiction",
                          absl::StrCat("expected ", JurisdictionIdKind::kExpected));
  }
  const std::string path = IssuersPath(options.jurisdiction);
  MRG_ASSIGN_OR_RETURN(const std::string role, folder->RoleOf(path));
  MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, folder->Read(role));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));

  gateway::v1::IssuerList one;
  MRG_ASSIGN_OR_RETURN(*one.add_entries(), EntryOf(options, key, now));
  std::string text;
  google::protobuf::TextFormat::PrintToString(one, &text);
  IssuersContext context{options.jurisdiction, now};
  const auto catalogue = targets.targets.find(CataloguePath(options.jurisdiction));
  if (catalogue != targets.targets.end()) context.catalogue_root = catalogue->second.sha256;
  const FolderNodes nodes(folder);
  const auto entries = ReadIssuersText(text, context, nodes);
  if (!entries.ok()) return AtFlag(entries.status());
  const std::string& id = entries->front().id;

  const auto listed = targets.targets.find(path);
  absl::StatusOr<BuiltTree> tree;
  if (listed == targets.targets.end()) {
    tree = BuildTree(*entries);
  } else {
    MRG_ASSIGN_OR_RETURN(const auto present, LookupEntry(listed->second.sha256, nodes, id));
    if (present.has_value()) {
      return absl::AlreadyExistsError(absl::StrCat(path, " has the entry ", id, " already"));
    }
    tree = UpdateTree(listed->second.sha256, nodes, *entries, {});
  }
  MRG_RETURN_IF_ERROR(tree.status());
  MRG_RETURN_IF_ERROR(folder->StageTree(path, *tree, now).status());
  return AddedIssuer{path, role, id};
}

}  // namespace mrg
