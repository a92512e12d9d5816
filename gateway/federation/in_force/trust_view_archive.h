#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_ARCHIVE_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_ARCHIVE_H_

// Manifests of every view that was in force here, by the id of its snapshot, and which one is in
// force now. Target bytes and tree nodes are content-addressed and stay in Keyspace::kBlob, so a
// manifest is all that is needed to build the view again, also after a restart.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/gateway/v1/snapshot_manifest.pb.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// Thread-safe.
class TrustViewArchive {
 public:
  // All pointers must outlive the archive.
  TrustViewArchive(SnapshotOwner owner, const OrderedStore* store, const BlobReader* blobs,
                   const TrustViewHolder* holder)
      : owner_(std::move(owner)), store_(store), blobs_(blobs), holder_(holder) {}

  // Adds to `writes` what stores the manifest and makes it the one in force, in place of the row of
  // `row_version` (nullopt: of none), with that precondition.
  void Stage(const gateway::v1::SnapshotManifest& manifest, std::optional<uint64_t> row_version,
             WriteSet* writes) const;

  struct InForceRow {
    std::string id;  // 32 raw bytes
    gateway::v1::SnapshotManifest manifest;
    uint64_t row_version = 0;
  };
  // Result: the manifest in force; nullopt before the first one.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<InForceRow>> InForce() const;

  // Result: the manifest with this id (32 raw bytes).
  // Errors: RECORD_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<gateway::v1::SnapshotManifest> Read(absl::string_view id) const;

  // Builds an archived snapshot again, for a request that is decided again.
  // Errors: as Read and BuildTrustView.
  absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> Rebuild(absl::string_view id) const;

 private:
  const SnapshotOwner owner_;
  const OrderedStore* const store_;
  const BlobReader* const blobs_;
  const TrustViewHolder* const holder_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_ARCHIVE_H_
