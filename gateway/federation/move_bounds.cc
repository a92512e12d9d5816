#include "gateway/federation/move_bounds.h"

#include <algorithm>

namespace mrg {

bool MoveBounds::MayMove(const MemberId& member, absl::Duration now) const {
  return At(member, now).moves >= 1;
}

void MoveBounds::Count(const MemberId& member, absl::Duration now) {
  Allowance left = At(member, now);
  left.moves = std::max(0.0, left.moves - 1);
  allowances_.insert_or_assign(member, left);
}

MoveBounds::Allowance MoveBounds::At(const MemberId& member, absl::Duration now) const {
  const auto found = allowances_.find(member);
  if (found == allowances_.end()) return {kMovesAtOnce, now};
  const double gained = absl::FDivDuration(now - found->second.filled_at, kMovePeriod);
  return {std::min(kMovesAtOnce, found->second.moves + gained), now};
}

}  // namespace mrg
