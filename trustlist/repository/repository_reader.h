#ifndef MRG_TRUSTLIST_REPOSITORY_REPOSITORY_READER_H_
#define MRG_TRUSTLIST_REPOSITORY_REPOSITORY_READER_H_

// What a node serves of publishers' repositories: its own and, as a relay, those it follows. Both
// lie in the same stores, and only what is in force is served, so whoever pulls finds it complete.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/timestamp_history.h"

namespace mrg {

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT, and those named below.
class RepositoryReader {
 public:
  // `store` must outlive this.
  explicit RepositoryReader(OrderedStore* store)
      : metadata_(store), timestamps_(store), in_force_(store), blobs_(store) {}

  // Result: one metadata file; without a version that of the set in force.
  // Errors: METADATA_NOT_FOUND; METADATA_MALFORMED when `role` is no role name.
  absl::StatusOr<std::string> ReadMetadata(const MemberId& publisher, absl::string_view role,
                                           std::optional<int64_t> version) const;

  // Result: of the files of `role` that state `version` the one whose canonical `signed` part has
  // that SHA-256 (32 raw bytes), also from an ended chain of timestamps. Errors: as ReadMetadata.
  absl::StatusOr<std::string> ReadSigned(const MemberId& publisher, absl::string_view role,
                                         int64_t version, absl::string_view signed_sha256) const;

  // Result: the timestamps of the versions from `first` on, in order and without a gap, at least
  // one; none above the one in force, and as many as one answer takes
  // (kTimestampsPerFetchMax, kTimestampAnswerBytesMax). REQUIRES: 1 <= first <= last.
  // Errors: METADATA_NOT_FOUND when `first` is not kept, or is above the one in force.
  absl::StatusOr<std::vector<std::string>> ReadTimestamps(const MemberId& publisher, int64_t first,
                                                          int64_t last) const;

  // Result: the target with that SHA-256 (32 raw bytes); an earlier content of the path too, for a
  // follower that is in the middle of a refresh. Errors: TARGET_NOT_FOUND.
  absl::StatusOr<std::string> ReadTarget(const MemberId& publisher, absl::string_view path,
                                         absl::string_view sha256) const;

  // Result: the nodes in the order asked for, at least one, as many as fit in 512 KiB.
  // REQUIRES: 1 to 256 digests of 32 raw bytes. Errors: TREE_NODE_NOT_FOUND.
  absl::StatusOr<std::vector<std::string>> ReadNodes(std::span<const std::string> sha256) const;

  // Result: the version of the timestamp in force; 0 when there is none.
  absl::StatusOr<int64_t> TimestampVersion(const MemberId& publisher) const;

 private:
  const MetadataStore metadata_;
  const TimestampHistory timestamps_;
  const InForceStore in_force_;
  const BlobStore blobs_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_REPOSITORY_READER_H_
