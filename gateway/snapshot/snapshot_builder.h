#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_BUILDER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_BUILDER_H_

// Builds the recognition snapshot from verified trust lists. Pure but for reading content-addressed
// blobs: the same sets give the same snapshot, today and when a decision is made again.
//
// Thread-safe: pure functions.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/listed_content.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Who this node is, from its configuration.
struct SnapshotOwner {
  MemberId member;
  std::vector<JurisdictionId> jurisdictions;  // that the member answers for; empty at the hub
  MemberId hub;                               // the member whose `federation` target counts
};

// What one publisher has in force; all borrowed, none null.
struct PublisherContent {
  const InForceSet* set;
  const ListedContent* listed;                  // of `set`
  const trustlist::v1::Federation* federation;  // checked; that of the hub counts
};

// Builds the snapshot of `publishers` (each once, any order). `blobs` holds what their sets name.
//
// A jurisdiction's targets count only from the member that answers for it: our own by
// configuration, others by the hub's `federation` target, which of the parties of our own
// agreements can only say that they are there: the agreements say whose (party_members.h). A
// jurisdiction without issuers, catalogue
// and status list is left out until it has all three, and one that rests on a role that was left
// out for its fault until that is signed again.
//
// `earlier`: snapshots, null ones are passed over; parts whose digests did not change are shared
// with them. The result is the same with and without.
//
// Result: the snapshot; its id is SnapshotId(ToManifest(sets)).
// Errors: the reason of the part that is not valid (CATALOGUE_INVALID, PACK_INVALID), or
// STORE_UNAVAILABLE, STORE_CORRUPT, TREE_NODE_NOT_FOUND when a blob cannot be read; all with
// "<publisher>:<path of the target>" as the field.
absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> BuildSnapshot(
    const SnapshotOwner& owner, const std::vector<PublisherContent>& publishers,
    const BlobReader& blobs, std::vector<const RecognitionSnapshot*> earlier = {});

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_BUILDER_H_
