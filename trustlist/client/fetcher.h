#ifndef MRG_TRUSTLIST_CLIENT_FETCHER_H_
#define MRG_TRUSTLIST_CLIENT_FETCHER_H_

// How a client gets the files of one publisher's repository. What a fetcher returns is not trusted:
// the client checks all of it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// One publisher at one peer. Implementations are called by one thread at a time; they bound each
// call in time and stop reading at `bytes_max`.
// Errors of all: METADATA_TOO_LONG (more than `bytes_max`), FETCH_FAILED (the peer did not answer),
// and the NOT_FOUND named below.
class Fetcher {
 public:
  virtual ~Fetcher() = default;

  // Result: the metadata file of `role`; without a version the newest, which only the timestamp has
  // everywhere: a static mirror with consistent snapshots or a bundle cannot tell it of others.
  // Errors: METADATA_NOT_FOUND.
  virtual absl::StatusOr<std::string> FetchMetadata(absl::string_view role,
                                                    std::optional<int64_t> version,
                                                    size_t bytes_max) = 0;

  // Result: the target file of `path` with that digest: SHA-256 (32 raw bytes) in our members'
  // repositories; on a mirror of others also SHA-512 (64 bytes), or none where consistent snapshots
  // are off (TUF 6.2.2). Errors: TARGET_NOT_FOUND.
  virtual absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view digest,
                                                  size_t bytes_max) = 0;

  // Result: the nodes in the order of `sha256` (1 to 256 digests of 32 raw bytes), at least one;
  // fewer than asked for when they would not fit in one answer. Errors: TREE_NODE_NOT_FOUND.
  virtual absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) = 0;

  // Result: the timestamps of the versions from `first` on, in order and without a gap, at least
  // one; it may stop before `last`, where they would be more than one answer takes
  // (kTimestampsPerFetchMax, kTimestampAnswerBytesMax): ask again for the rest. Each is at most
  // `bytes_max` long. A source without a way of its own is asked for one after the other.
  // REQUIRES: 1 <= first <= last. Errors: METADATA_NOT_FOUND when `first` is not kept.
  virtual absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t last,
                                                                   size_t bytes_max);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_FETCHER_H_
