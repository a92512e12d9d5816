#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_BUILDER_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_BUILDER_H_

// Builds the view in force from verified sets: the content of each, then the snapshot of all of
// them together.
//
// Thread-safe: pure but for reading blobs.

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/federation/in_force/trust_view.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

struct DatedSet {
  InForceSet set;
  absl::Time since;  // when it went in force
};

// Builds the view of `sets`, one a publisher. `blobs` holds what they name. `earlier`: the view in
// force first, and others, whose unchanged parts are shared; null ones are passed over. The same
// sets give the same snapshot, today, after a restart and when a decision is made again. Errors: as
// ReadMemberContent and BuildSnapshot.
absl::StatusOr<std::shared_ptr<const TrustView>> BuildTrustView(
    const SnapshotOwner& owner, const std::vector<DatedSet>& sets, const BlobReader& blobs,
    const std::vector<const TrustView*>& earlier);

// Result: the sets of a view, by publisher; none for null.
std::vector<DatedSet> SetsOf(const TrustView* view);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_BUILDER_H_
