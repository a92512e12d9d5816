#include "trustlist/format/targets_metadata.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr size_t kPathsMax = 1024;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kMetadataMalformed, detail);
}

absl::StatusOr<std::vector<std::string>> ParseTexts(const Json& list) {
  if (list.size() > kPathsMax) return Malformed("expected at most 1024 paths in a delegation");
  std::vector<std::string> texts;
  for (const Json& text : list) {
    if (!text.is_string()) return Malformed("expected paths as text");
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

absl::StatusOr<TargetFile> ParseTargetFile(const Json& file) {
  TargetFile parsed;
  // No bytes are that many, which makes the entry unusable and nothing else.
  if (const Json* const length = FindMember(file, "length");
      length != nullptr && length->is_binary() && IntegerDigits(*length)[0] != '-') {
    return parsed;
  }
  MRG_ASSIGN_OR_RETURN(const int64_t length, IntegerMember(file, "length"));
  if (length < 0) return Malformed("expected a length of at least 0");
  parsed.length = static_cast<uint64_t>(length);
  MRG_ASSIGN_OR_RETURN(const Json* hashes, ObjectMember(file, "hashes"));
  MRG_ASSIGN_OR_RETURN(FileDigests digests, ParseFileDigests(*hashes));
  parsed.sha256 = std::move(digests.sha256);
  parsed.sha512 = std::move(digests.sha512);
  // Opaque but for our mark, and in another's repository that may be anything too.
  const Json* const custom = FindMember(file, "custom");
  if (custom == nullptr || !custom->is_object()) return parsed;
  if (const Json* const kind = FindMember(*custom, kKindMember); kind != nullptr) {
    parsed.is_tree = *kind == kPrefixTreeKind;
    parsed.has_unknown_kind = !parsed.is_tree;
  }
  return parsed;
}

absl::StatusOr<DelegatedRole> ParseDelegatedRole(const Json& role) {
  DelegatedRole parsed;
  MRG_ASSIGN_OR_RETURN(parsed.name, StringMember(role, "name"));
  // Its file would take the place of a top-level one, in a client's folder and on the mirror.
  if (parsed.name.empty() || IsTopLevelRole(parsed.name)) {
    return Malformed("expected no delegation to a top-level role or to no name");
  }
  MRG_ASSIGN_OR_RETURN(parsed.keys, ParseRoleKeys(role));
  MRG_ASSIGN_OR_RETURN(parsed.terminating, BoolMember(role, "terminating"));
  const bool has_paths = FindMember(role, "paths") != nullptr;
  const bool has_prefixes = FindMember(role, "path_hash_prefixes") != nullptr;
  if (has_paths && has_prefixes) {
    return Malformed("expected not both paths and path_hash_prefixes in a delegation");
  }
  if (has_paths) {
    MRG_ASSIGN_OR_RETURN(const Json* paths, ArrayMember(role, "paths"));
    MRG_ASSIGN_OR_RETURN(parsed.paths, ParseTexts(*paths));
  }
  if (has_prefixes) {
    MRG_ASSIGN_OR_RETURN(const Json* prefixes, ArrayMember(role, "path_hash_prefixes"));
    MRG_ASSIGN_OR_RETURN(parsed.path_hash_prefixes, ParseTexts(*prefixes));
  }
  return parsed;
}

}  // namespace

bool TargetFile::Fits(absl::string_view bytes) const {
  return Usable() && bytes.size() == length && FileDigests{sha256, sha512}.Fit(bytes);
}

absl::StatusOr<TargetsMetadata> TargetsMetadata::Parse(const SignedEnvelope& envelope) {
  const Json& signed_part = envelope.signed_part();
  TargetsMetadata parsed;
  MRG_ASSIGN_OR_RETURN(parsed.header, ParseMetadataHeader(signed_part, kTargetsRole));
  parsed.header.signed_sha256 = envelope.signed_sha256();
  MRG_ASSIGN_OR_RETURN(const Json* targets, ObjectMember(signed_part, "targets"));
  for (auto file = targets->begin(); file != targets->end(); ++file) {
    MRG_ASSIGN_OR_RETURN(parsed.targets[file.key()], ParseTargetFile(file.value()));
  }
  if (FindMember(signed_part, "delegations") == nullptr) return parsed;
  MRG_ASSIGN_OR_RETURN(const Json* delegations, ObjectMember(signed_part, "delegations"));
  MRG_ASSIGN_OR_RETURN(const Json* keys, ObjectMember(*delegations, "keys"));
  MRG_ASSIGN_OR_RETURN(parsed.delegation_keys, ParseTufKeys(*keys));
  MRG_ASSIGN_OR_RETURN(const Json* roles, ArrayMember(*delegations, "roles"));
  std::set<std::string> names;
  std::vector<DelegatedRole> in_order;
  for (const Json& role : *roles) {
    MRG_ASSIGN_OR_RETURN(DelegatedRole delegated, ParseDelegatedRole(role));
    if (!names.insert(delegated.name).second) return Malformed("expected each role name once");
    in_order.push_back(std::move(delegated));
  }
  parsed.delegations = DelegatedRoles(std::move(in_order));
  return parsed;
}

absl::Status TargetsMetadata::CheckNames() const {
  for (const DelegatedRole& role : delegations) {
    // A role name has no upper-case letters, so that names cannot differ by case alone.
    MRG_RETURN_IF_ERROR(CheckRoleName(role.name));
  }
  std::set<std::string> folded;
  for (const auto& [path, file] : targets) {
    MRG_RETURN_IF_ERROR(CheckTargetPath(path));
    if (file.sha256.empty()) return Malformed("expected a sha256 digest of every target");
    if (file.has_unknown_kind) return Malformed("expected x-mrg-kind prefix-tree");
    if (!folded.insert(absl::AsciiStrToLower(path)).second) {
      return Malformed("expected no target paths that differ in case only");
    }
  }
  return absl::OkStatus();
}

}  // namespace mrg
