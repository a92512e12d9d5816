#include "gateway/base/turn.h"

#include <algorithm>

namespace mrg {

Turn Turn::Waiting(RetrySchedule retry, int64_t failures, absl::Time next) {
  Turn turn(absl::ZeroDuration(), retry);
  turn.failures_ = failures;
  turn.next_ = next;
  turn.since_ = next - retry.LongestAfter(failures);
  return turn;
}

void Turn::Succeeded(absl::Time now) {
  const double part = spread_ > 0 && retry_.has_value() ? retry_->Part(successes_) : 0;
  ++successes_;
  failures_ = 0;
  since_ = now;
  next_ = now + period_ * (1.0 - spread_ * part);
}

void Turn::Failed(absl::Time now, absl::Duration rest) {
  ++failures_;
  since_ = now;
  next_ = now + std::max(rest, retry_.has_value() ? retry_->WaitAfter(failures_) : period_);
}

}  // namespace mrg
