#ifndef MRG_GATEWAY_FEDERATION_MOVE_BOUNDS_H_
#define MRG_GATEWAY_FEDERATION_MOVE_BOUNDS_H_

// How often one member may move. Each move makes the links to all members anew, so one that signs
// another place every second would keep a node from following anybody.
//
// Threads: one at a time.

#include <map>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"

namespace mrg {

class MoveBounds {
 public:
  // So many moves at once, and one more after each of these times.
  static constexpr double kMovesAtOnce = 6;
  static constexpr absl::Duration kMovePeriod = absl::Minutes(10);

  // Result: whether the member may move at `now`, monotonic.
  bool MayMove(const MemberId& member, absl::Duration now) const;
  // Counts one move.
  void Count(const MemberId& member, absl::Duration now);

 private:
  struct Allowance {
    double moves;
    absl::Duration filled_at;
  };
  Allowance At(const MemberId& member, absl::Duration now) const;

  std::map<MemberId, Allowance> allowances_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_MOVE_BOUNDS_H_
