#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_MANIFEST_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_MANIFEST_H_

// The manifest of a snapshot: which versions and which target bytes of each publisher it holds.
// Two snapshots with the same manifest are the same snapshot.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/gateway/v1/snapshot_manifest.pb.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Result: the manifest; publishers, roles, targets and what was left out sorted by name, whatever
// the input's order.
gateway::v1::SnapshotManifest ToManifest(const std::vector<InForceSet>& sets);

// Result: the sets. Errors: STORE_CORRUPT when a publisher is not a member id, or a reason is not
// known.
absl::StatusOr<std::vector<InForceSet>> FromManifest(const gateway::v1::SnapshotManifest& manifest);

// Result: SHA-256 of the manifest's canonical bytes, 32 raw bytes.
std::string SnapshotId(const gateway::v1::SnapshotManifest& manifest);

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_MANIFEST_H_
