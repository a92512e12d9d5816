#ifndef MRG_GATEWAY_BASE_TURN_H_
#define MRG_GATEWAY_BASE_TURN_H_

// When a work that comes again and again is due: a period after it succeeded, and by schedule after
// it failed. A wall clock that stepped back makes it due at once, because otherwise it would wait
// until the clock is where it was.
//
// Threads: a plain value without clock, lock or random source.

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "gateway/base/retry_schedule.h"

namespace mrg {

class Turn {
 public:
  // A work that comes each `period`, whether it succeeds or fails. Due from the beginning.
  explicit Turn(absl::Duration period) : period_(period) {}

  // `period`: from a success to the next turn, 0 or more; shortened by up to the part `spread`,
  // in [0, 1), so that many who began together do not stay together. `retry`: after failures.
  Turn(absl::Duration period, RetrySchedule retry, double spread = 0)
      : period_(period), retry_(retry), spread_(spread) {}

  // A work that failed `failures` times in a row, at least once, and waits until `next`: as it was
  // kept over a restart, of which a clock may have stepped in between.
  static Turn Waiting(RetrySchedule retry, int64_t failures, absl::Time next);

  // Result: whether the work is to be done at `now`.
  bool Due(absl::Time now) const { return now < since_ || next_ <= now; }

  // The same for a work that somebody asks for: `distance` after a success is enough. What failed
  // is not hurried, so that whoever asks cannot make us work harder.
  bool DueWhenAsked(absl::Time now, absl::Duration distance) const {
    return Due(now) || (failures_ == 0 && since_ + distance <= now);
  }

  // The work was done, or failed, at `now`.
  void Succeeded(absl::Time now);
  void Failed(absl::Time now) { Failed(now, absl::ZeroDuration()); }
  // The same, and it is due no sooner than `rest` later.
  void Failed(absl::Time now, absl::Duration rest);

  // Result: when it is due; InfinitePast before the first time.
  absl::Time next() const { return next_; }
  // Result: failures since the last success.
  int64_t failures() const { return failures_; }

 private:
  absl::Duration period_;
  std::optional<RetrySchedule> retry_;
  double spread_ = 0;
  absl::Time since_ = absl::InfinitePast();  // the last time; a clock before it stepped back
  absl::Time next_ = absl::InfinitePast();
  int64_t failures_ = 0;
  uint64_t successes_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TURN_H_
