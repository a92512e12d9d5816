#ifndef MRG_GATEWAY_BASE_RETRY_SCHEDULE_H_
#define MRG_GATEWAY_BASE_RETRY_SCHEDULE_H_

// When something that failed is tried again: the wait doubles with each failure in a row up to a
// bound, and each waiter takes its own part of it, so that many who failed together do not come
// back together.
//
// Thread-safe: an immutable value without clock or random source; the seed is the caller's.

#include <cstdint>

#include "absl/time/time.h"

namespace mrg {

class RetrySchedule {
 public:
  // `first`: the longest wait after one failure. `max`: the longest wait of all.
  // `seed`: different for each waiter, e.g. drawn once at start.
  // REQUIRES: 0 < first <= max, max finite.
  RetrySchedule(absl::Duration first, absl::Duration max, uint64_t seed);

  // Result: the wait before the next try after `failures` failures in a row, at least one:
  // in [w/2, w) where w = min(max, first * 2^(failures - 1)). The same arguments and seed give the
  // same wait. 0 or less counts as 1.
  absl::Duration WaitAfter(int64_t failures) const;

  // Result: the bound w of that wait.
  absl::Duration LongestAfter(int64_t failures) const;

  // Result: the waiter's own part of the `turn`th of something, in [0, 1); the same for the same
  // seed and turn.
  double Part(uint64_t turn) const;

 private:
  absl::Duration first_;
  absl::Duration max_;
  uint64_t seed_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_RETRY_SCHEDULE_H_
