#include "gateway/base/allowance.h"

#include <algorithm>

namespace mrg {

bool Allowance::Take(absl::Time now) {
  left_ = LeftAt(now);
  left_at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

double Allowance::LeftAt(absl::Time now) const {
  if (now <= left_at_) return left_;
  return std::min(most_, left_ + absl::ToDoubleSeconds(now - left_at_));
}

}  // namespace mrg
