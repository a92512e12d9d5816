#ifndef MRG_GATEWAY_BASE_TURN_LIMIT_H_
#define MRG_GATEWAY_BASE_TURN_LIMIT_H_

// How long a turn may go on that waits for another node. Each single call has its deadline; this
// one is of the turn as a whole, because the other node decides how many calls it takes and how
// slowly each is answered. Whoever takes the turn asks before each of its calls.

#include <atomic>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace mrg {

// Begin and IsOver by the thread of the turn, Cut from any thread.
class TurnLimit {
 public:
  // `clock` must outlive this.
  explicit TurnLimit(const Clock* clock) : clock_(clock) {}

  // A turn begins that may go on for `at_most`.
  void Begin(absl::Duration at_most) { end_ = clock_->Monotonic() + at_most; }
  // Ends the turn that is under way, and every later one: the node stops.
  void Cut() { is_cut_.store(true); }

  // Result: whether nothing more may be begun.
  bool IsOver() const { return is_cut_.load() || clock_->Monotonic() >= end_; }

 private:
  const Clock* const clock_;
  std::atomic<bool> is_cut_{false};
  absl::Duration end_ = absl::InfiniteDuration();
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TURN_LIMIT_H_
