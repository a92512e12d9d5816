#include "gateway/federation/move_bounds.h"

#include <algorithm>

namespace mrg {

bool MoveBounds::Take(const MemberId& member, absl::Duration now) {
  Allowance& allowance =
      allowances_.try_emplace(member, Allowance{kMovesAtOnce, now}).first->second;
  const double gained = absl::FDivDuration(now - allowance.filled_at, kMovePeriod);
  allowance.moves = std::min(kMovesAtOnce, allowance.moves + gained);
  allowance.filled_at = now;
  if (allowance.moves < 1) return false;
  allowance.moves -= 1;
  return true;
}

}  // namespace mrg
