#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_ARCHIVE_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_ARCHIVE_H_

// Manifests of every snapshot that was in force here, by id, and which one is in force now. Target
// bytes and tree nodes are content-addressed and stay in Keyspace::kBlob, so a manifest is all that
// is needed to build the snapshot again, also after a restart.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/gateway/v1/snapshot_manifest.pb.h"

namespace mrg {

// Thread-safe.
class SnapshotArchive {
 public:
  // `store` must outlive the archive.
  explicit SnapshotArchive(OrderedStore* store) : store_(store) {}

  // Stores the manifest and makes it the one in force, in one commit.
  // Errors: STORE_UNAVAILABLE; the caller does not know then whether it was stored, and may repeat.
  absl::Status PutInForce(const gateway::v1::SnapshotManifest& manifest);

  // Result: the manifest in force; nullopt before the first PutInForce.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<gateway::v1::SnapshotManifest>> InForce() const;

  // Result: the manifest with this id (32 raw bytes).
  // Errors: RECORD_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<gateway::v1::SnapshotManifest> Read(absl::string_view id) const;

 private:
  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_ARCHIVE_H_
