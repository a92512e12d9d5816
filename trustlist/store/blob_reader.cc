#include "trustlist/store/blob_reader.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::StatusOr<std::vector<std::optional<std::string>>> BlobReader::ReadBlobs(
    std::span<const std::string> sha256s) const {
  std::vector<std::optional<std::string>> blobs;
  for (const std::string& sha256 : sha256s) {
    absl::StatusOr<std::string> blob = ReadBlob(sha256);
    if (ReasonOf(blob.status()) == Reason::kTreeNodeNotFound) {
      blobs.emplace_back();
      continue;
    }
    MRG_RETURN_IF_ERROR(blob.status());
    blobs.push_back(*std::move(blob));
  }
  return blobs;
}

}  // namespace mrg
