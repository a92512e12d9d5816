#ifndef MRG_TRUSTLIST_STORE_BLOB_READER_H_
#define MRG_TRUSTLIST_STORE_BLOB_READER_H_

// Reads of content-addressed bytes: target files and prefix-tree nodes.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Thread-safe.
class BlobReader {
 public:
  virtual ~BlobReader() = default;

  // Result: the bytes whose SHA-256 is `sha256` (32 raw bytes), checked on reading.
  // Errors: TREE_NODE_NOT_FOUND when there are none; STORE_UNAVAILABLE, STORE_CORRUPT.
  virtual absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const = 0;

  // Reads several, in one go where the source can: this one asks for one after the other.
  // Result: one answer a digest, in the same order; nullopt where there are no such bytes.
  // Ranges: at most kStoreKeysMax digests. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> ReadBlobs(
      std::span<const std::string> sha256s) const;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_BLOB_READER_H_
