#ifndef MRG_TRUSTLIST_STORE_BLOB_STORE_H_
#define MRG_TRUSTLIST_STORE_BLOB_STORE_H_

// Content-addressed blobs in Keyspace::kBlob: target files and tree nodes of every publisher. Kept,
// not deleted: recorded decisions are decided again from them.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// Thread-safe.
class BlobStore : public BlobReader {
 public:
  // `store` must outlive this.
  explicit BlobStore(OrderedStore* store) : store_(store) {}

  absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> ReadBlobs(
      std::span<const std::string> sha256s) const override;

  // Result: true when the blob is stored. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<bool> Holds(absl::string_view sha256) const;

  // Stores blobs in one commit that may be lost in a crash: they can be had again, and what refers
  // to them is committed later. Errors: STORE_UNAVAILABLE.
  absl::Status Put(const std::map<std::string, std::string>& blobs);

 private:
  OrderedStore* const store_;
};

// Adds the blobs to `set`: SHA-256 (32 raw bytes) -> bytes.
void PutBlobs(const std::map<std::string, std::string>& blobs, WriteSet* set);

// Reads blobs from `fresh` first, then from `stored`. Both are borrowed.
class OverlayBlobReader : public BlobReader {
 public:
  OverlayBlobReader(const std::map<std::string, std::string>* fresh, const BlobReader* stored)
      : fresh_(fresh), stored_(stored) {}
  absl::StatusOr<std::string> ReadBlob(absl::string_view sha256) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> ReadBlobs(
      std::span<const std::string> sha256s) const override;

 private:
  const std::map<std::string, std::string>* const fresh_;
  const BlobReader* const stored_;
};

// Reads prefix-tree nodes as the blobs they are. `blobs` is borrowed.
class BlobNodes : public NodeSource {
 public:
  explicit BlobNodes(const BlobReader* blobs) : blobs_(blobs) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    return blobs_->ReadBlob(sha256);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> ReadNodes(
      std::span<const std::string> sha256s) const override {
    return blobs_->ReadBlobs(sha256s);
  }

 private:
  const BlobReader* const blobs_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_BLOB_STORE_H_
