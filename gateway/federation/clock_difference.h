#ifndef MRG_GATEWAY_FEDERATION_CLOCK_DIFFERENCE_H_
#define MRG_GATEWAY_FEDERATION_CLOCK_DIFFERENCE_H_

// How far the clocks of two nodes may be apart.
//
// Thread-safe: a constant.

#include "absl/time/time.h"

namespace mrg {

// Clocks that are further apart are not both right (docs/threats.md T11).
inline constexpr absl::Duration kClockDifferenceMax = absl::Seconds(5);

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_CLOCK_DIFFERENCE_H_
