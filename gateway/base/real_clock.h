#ifndef MRG_GATEWAY_BASE_REAL_CLOCK_H_
#define MRG_GATEWAY_BASE_REAL_CLOCK_H_

// The machine's clocks. The only place that reads them.

#include "gateway/base/clock.h"

namespace mrg {

class RealClock : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_REAL_CLOCK_H_
