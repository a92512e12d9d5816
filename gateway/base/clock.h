#ifndef MRG_GATEWAY_BASE_CLOCK_H_
#define MRG_GATEWAY_BASE_CLOCK_H_

// The one source of time. Wall time decides validity and leases; it is read once at the edge of an
// operation and passed down, so that one operation sees one time. Monotonic time measures
// durations.

#include "absl/time/time.h"

namespace mrg {

// Thread-safe: implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Result: the wall time, UTC.
  virtual absl::Time Now() const = 0;
  // Result: time since an arbitrary fixed point; never steps back.
  virtual absl::Duration Monotonic() const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_CLOCK_H_
