#include "gateway/snapshot/snapshot_archive.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

std::string ManifestKey(absl::string_view id) {
  return OrderedKey().Text("manifest").Text(id).Take();
}

std::string InForceKey() { return OrderedKey().Text("in-force").Take(); }

}  // namespace

absl::Status SnapshotArchive::PutInForce(const gateway::v1::SnapshotManifest& manifest) {
  const std::string id = SnapshotId(manifest);
  WriteSet writes;
  writes.Put(Keyspace::kSnapshotArchive, ManifestKey(id), CanonicalBytes(manifest));
  writes.Put(Keyspace::kSnapshotArchive, InForceKey(), id);
  return store_->Commit(writes).status;
}

absl::StatusOr<std::optional<gateway::v1::SnapshotManifest>> SnapshotArchive::InForce() const {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> id,
                       store_->Get(Keyspace::kSnapshotArchive, InForceKey()));
  if (!id.has_value()) return std::optional<gateway::v1::SnapshotManifest>();
  auto manifest = Read(id->value);
  if (ReasonOf(manifest.status()) == Reason::kRecordNotFound) {
    return MakeError(Reason::kStoreCorrupt, "the snapshot in force is not archived");
  }
  if (!manifest.ok()) return manifest.status();
  return std::optional<gateway::v1::SnapshotManifest>(*std::move(manifest));
}

absl::StatusOr<gateway::v1::SnapshotManifest> SnapshotArchive::Read(absl::string_view id) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store_->Get(Keyspace::kSnapshotArchive, ManifestKey(id)));
  if (!row.has_value()) {
    return MakeError(Reason::kRecordNotFound, "no snapshot with this id is archived");
  }
  MRG_ASSIGN_OR_RETURN(
      gateway::v1::SnapshotManifest manifest,
      ParseCanonical<gateway::v1::SnapshotManifest>(row->value, Reason::kStoreCorrupt));
  if (SnapshotId(manifest) != id) {
    return MakeError(Reason::kStoreCorrupt, "an archived snapshot is not the one of its id");
  }
  return manifest;
}

}  // namespace mrg
