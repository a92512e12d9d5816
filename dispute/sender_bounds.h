#ifndef MRG_DISPUTE_SENDER_BOUNDS_H_
#define MRG_DISPUTE_SENDER_BOUNDS_H_

// How many disputes one other member may have filed here: at once, and open in all. What is above
// is refused before it is looked at, and comes again by the sender's outbox.

#include <cstddef>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dispute/dispute_limits.h"
#include "gateway/base/allowance.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe.
class SenderBounds {
 public:
  // `store` must outlive this.
  explicit SenderBounds(const StoreReader* store) : store_(store) {}

  // Counts one more dispute that `sender` files, whether or not it is stored in the end.
  // Errors: DISPUTES_TOO_MANY; STORE_UNAVAILABLE.
  absl::Status Admit(const MemberId& sender, absl::Time now);

 private:
  // Of one sender.
  struct Load {
    Allowance filings{kRelayedFilingsAtOnceMax};
    std::optional<size_t> open;                    // disputes, never less than there are
    absl::Time counted_at = absl::InfinitePast();  // when they were
  };

  const StoreReader* const store_;
  Mutex mu_;
  std::map<MemberId, Load> loads_ ABSL_GUARDED_BY(mu_);  // members that are followed, no others
};

}  // namespace mrg

#endif  // MRG_DISPUTE_SENDER_BOUNDS_H_
