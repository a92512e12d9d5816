#ifndef MRG_DISPUTE_MARK_LIFT_H_
#define MRG_DISPUTE_MARK_LIFT_H_

// How the issuing side takes a mark 异议中 from its own licence while the dispute goes on at an
// owner that it does not trust to end it. The dispute's events stay the owner's; what is changed
// here is our own list alone.

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_id.h"
#include "dispute/dispute_node.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/dispute/v1/stored_dispute.pb.h"

namespace mrg {

// Result: the decision to lift the dispute's mark; nullopt when there was none.
// Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::optional<dispute::v1::StoredMarkLift>> LoadMarkLift(const StoreReader& reader,
                                                                        const DisputeId& dispute);

// Thread-safe.
class MarkLift {
 public:
  // `store` must outlive this.
  MarkLift(OrderedStore* store, DisputeChanged changed);

  // Lifts the mark that `dispute` set, with its words, and leaves the publication to the mark
  // queue. Result: the decision as it is kept; that of the first call on a repeat. `because`:
  // UTF-8, 1 to 1,024 bytes. Errors: DISPUTE_NOT_FOUND; DISPUTE_TRANSITION_REFUSED when it marks no
  // licence of ours now; STORE_UNAVAILABLE (call again), STORE_CONFLICT, STORE_CORRUPT.
  absl::StatusOr<dispute::v1::StoredMarkLift> Lift(const DisputeId& dispute,
                                                   absl::string_view because, absl::Time now);

 private:
  OrderedStore* const store_;
  const DisputeChanged changed_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_MARK_LIFT_H_
