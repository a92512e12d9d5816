#ifndef MRG_GATEWAY_BASE_ALLOWANCE_H_
#define MRG_GATEWAY_BASE_ALLOWANCE_H_

// How often one caller may have done what all others pay for: so many times at once, and then once
// a second.
//
// Threads: belongs to one thread, or to whoever holds its lock.

#include "absl/time/time.h"

namespace mrg {

class Allowance {
 public:
  // REQUIRES: at_once >= 1.
  explicit Allowance(int at_once) : most_(at_once), left_(at_once) {}

  // Result: whether it may be done once more at `now`; then it counts. A clock that steps back
  // fills nothing.
  bool Take(absl::Time now);

  // Result: whether nothing is missing at `now`, so that a new one is the same.
  bool IsFull(absl::Time now) const { return LeftAt(now) >= most_; }

 private:
  double LeftAt(absl::Time now) const;

  double most_;
  double left_;
  absl::Time left_at_ = absl::InfinitePast();
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_ALLOWANCE_H_
