#include "trustlist/client/fetcher.h"

#include <utility>

#include "gateway/base/reason.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::vector<std::string>> Fetcher::FetchTimestamps(int64_t first, int64_t last,
                                                                  size_t bytes_max) {
  std::vector<std::string> timestamps;
  size_t bytes = 0;
  for (int64_t version = first; version <= last; ++version) {
    absl::StatusOr<std::string> one = FetchMetadata(kTimestampRole, version, bytes_max);
    if (!timestamps.empty() && ReasonOf(one.status()) == Reason::kMetadataNotFound) break;
    if (!one.ok()) return one.status();
    bytes += one->size();
    if (!timestamps.empty() && bytes > kTimestampAnswerBytesMax) break;
    timestamps.push_back(*std::move(one));
    if (timestamps.size() == kTimestampsPerFetchMax) break;
  }
  return timestamps;
}

}  // namespace mrg
