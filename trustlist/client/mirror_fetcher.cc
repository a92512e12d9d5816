#include "trustlist/client/mirror_fetcher.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/mirror_names.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

// Fetches from `source`, which may be null. Errors: `absent` for a file that is not there.
absl::StatusOr<std::string> FetchFile(FileSource* source, const std::string& name, size_t bytes_max,
                                      Reason absent) {
  if (source == nullptr) return MakeError(absent, absl::StrCat("nobody serves ", name));
  absl::StatusOr<std::string> bytes = source->Fetch(name, bytes_max);
  if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) {
    return MakeError(absent, absl::StrCat("the mirror has no ", name));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> MirrorFetcher::FetchMetadata(absl::string_view role,
                                                         std::optional<int64_t> version,
                                                         size_t bytes_max) {
  return FetchFile(metadata_, MirrorMetadataName(role, version), bytes_max,
                   Reason::kMetadataNotFound);
}

absl::StatusOr<std::string> MirrorFetcher::FetchTarget(absl::string_view path,
                                                       absl::string_view digest, size_t bytes_max) {
  return FetchFile(targets_, MirrorTargetName(path, digest), bytes_max, Reason::kTargetNotFound);
}

absl::StatusOr<std::vector<std::string>> MirrorFetcher::FetchNodes(
    const std::vector<std::string>& sha256) {
  std::vector<std::string> nodes;
  for (const std::string& digest : sha256) {
    MRG_ASSIGN_OR_RETURN(std::string node, FetchFile(nodes_, absl::BytesToHexString(digest),
                                                     kTreeNodeBytesMax, Reason::kTreeNodeNotFound));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace mrg
