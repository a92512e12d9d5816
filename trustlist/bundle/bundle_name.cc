#include "trustlist/bundle/bundle_name.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr size_t kHexDigestLength = 64;
constexpr char kMetadataFolder[] = "metadata/";
constexpr char kTargetsFolder[] = "targets/";
constexpr char kNodesFolder[] = "nodes/";

// The name is not repeated: it is another's, and may hold anything.
absl::Status Refused() {
  return MakeError(Reason::kBundleMalformed,
                   "the name of a file: expected <member>/metadata/<file>, "
                   "<member>/targets/<path with digest> or <member>/nodes/<digest>");
}

bool IsHexDigest(absl::string_view text) {
  return text.size() == kHexDigestLength &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

// As a mirror with consistent snapshots names it (TUF 6.2).
std::string FileNameOf(absl::string_view role, int64_t version) {
  return role == kTimestampRole && version == 0 ? "timestamp.json"
                                                : MetadataFileName(role, version);
}

// Whether `file` is written as FileNameOf writes it; every other spelling is refused, so that no
// file has two names.
bool IsMetadataFile(absl::string_view file) {
  const auto parsed = ParseMetadataName(file);
  if (!parsed.ok()) return false;
  if (parsed->role != kTimestampRole && !parsed->version.has_value()) return false;
  return FileNameOf(parsed->role, parsed->version.value_or(0)) == file;
}

bool IsTargetFile(absl::string_view file) {
  const size_t slash = file.rfind('/');
  const size_t base = slash == absl::string_view::npos ? 0 : slash + 1;
  const absl::string_view last = file.substr(base);
  if (last.size() <= kHexDigestLength + 1 || last[kHexDigestLength] != '.' ||
      !IsHexDigest(last.substr(0, kHexDigestLength))) {
    return false;
  }
  const std::string path = absl::StrCat(file.substr(0, base), last.substr(kHexDigestLength + 1));
  return CheckTargetPath(path).ok();
}

}  // namespace

absl::StatusOr<BundleName> ParseBundleName(absl::string_view name) {
  const size_t slash = name.find('/');
  if (slash == absl::string_view::npos) return Refused();
  auto publisher = MemberId::Parse(name.substr(0, slash));
  if (!publisher.ok()) return Refused();
  absl::string_view rest = name.substr(slash + 1);
  const MetadataLimits limits;
  if (absl::ConsumePrefix(&rest, kMetadataFolder)) {
    if (!IsMetadataFile(rest)) return Refused();
    return BundleName{*std::move(publisher),
                      std::max(limits.targets_bytes_max, limits.snapshot_bytes_max)};
  }
  if (absl::ConsumePrefix(&rest, kTargetsFolder)) {
    if (!IsTargetFile(rest)) return Refused();
    return BundleName{*std::move(publisher), limits.target_bytes_max};
  }
  if (absl::ConsumePrefix(&rest, kNodesFolder) && IsHexDigest(rest)) {
    return BundleName{*std::move(publisher), kTreeNodeBytesMax};
  }
  return Refused();
}

std::string BundledMetadata(const MemberId& publisher, absl::string_view role, int64_t version) {
  return absl::StrCat(publisher.value(), "/", kMetadataFolder, FileNameOf(role, version));
}

std::string BundledTarget(const MemberId& publisher, absl::string_view path,
                          absl::string_view sha256) {
  return absl::StrCat(publisher.value(), "/", kTargetsFolder, TargetFileName(path, sha256));
}

std::string BundledNode(const MemberId& publisher, absl::string_view sha256) {
  return absl::StrCat(publisher.value(), "/", kNodesFolder, absl::BytesToHexString(sha256));
}

}  // namespace mrg
