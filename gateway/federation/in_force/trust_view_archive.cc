#include "gateway/federation/in_force/trust_view_archive.h"

#include <vector>

#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/federation/in_force/trust_view_builder.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

std::string ManifestKey(absl::string_view id) {
  return OrderedKey().Text("manifest").Text(id).Take();
}

std::string InForceKey() { return OrderedKey().Text("in-force").Take(); }

}  // namespace

void TrustViewArchive::Stage(const gateway::v1::SnapshotManifest& manifest,
                             std::optional<uint64_t> row_version, WriteSet* writes) const {
  const std::string id = SnapshotId(manifest);
  if (row_version.has_value()) {
    writes->RequireVersion(Keyspace::kSnapshotArchive, InForceKey(), *row_version);
  } else {
    writes->RequireAbsent(Keyspace::kSnapshotArchive, InForceKey());
  }
  writes->Put(Keyspace::kSnapshotArchive, ManifestKey(id), CanonicalBytes(manifest));
  writes->Put(Keyspace::kSnapshotArchive, InForceKey(), id);
}

absl::StatusOr<std::optional<TrustViewArchive::InForceRow>> TrustViewArchive::InForce() const {
  MRG_ASSIGN_OR_RETURN(std::optional<Versioned> row,
                       store_->Get(Keyspace::kSnapshotArchive, InForceKey()));
  if (!row.has_value()) return std::optional<InForceRow>();
  auto manifest = Read(row->value);
  if (ReasonOf(manifest.status()) == Reason::kRecordNotFound) {
    return MakeError(Reason::kStoreCorrupt, "the snapshot in force is not archived");
  }
  if (!manifest.ok()) return manifest.status();
  return std::optional<InForceRow>({std::move(row->value), *std::move(manifest), row->version});
}

absl::StatusOr<gateway::v1::SnapshotManifest> TrustViewArchive::Read(absl::string_view id) const {
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

absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> TrustViewArchive::Rebuild(
    absl::string_view id) const {
  const std::shared_ptr<const TrustView> current = holder_->View();
  if (current != nullptr && current->recognition()->id() == id) return current->recognition();
  MRG_ASSIGN_OR_RETURN(const auto manifest, Read(id));
  MRG_ASSIGN_OR_RETURN(const std::vector<InForceSet> sets, FromManifest(manifest));
  std::vector<DatedSet> dated;
  for (const InForceSet& set : sets) dated.push_back({set, absl::InfinitePast()});
  MRG_ASSIGN_OR_RETURN(const auto view, BuildTrustView(owner_, dated, *blobs_, {current.get()}));
  return view->recognition();
}

}  // namespace mrg
