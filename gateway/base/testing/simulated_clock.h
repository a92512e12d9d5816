#ifndef MRG_GATEWAY_BASE_TESTING_SIMULATED_CLOCK_H_
#define MRG_GATEWAY_BASE_TESTING_SIMULATED_CLOCK_H_

// A clock that moves only when a test says so. Wall time may be set back; monotonic time cannot.

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"

namespace mrg {

class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(mu_);
    return now_;
  }
  absl::Duration Monotonic() const override {
    MutexLock lock(mu_);
    return monotonic_;
  }
  // Moves both clocks forward. REQUIRES: step >= 0.
  void Advance(absl::Duration step) {
    MutexLock lock(mu_);
    now_ += step;
    monotonic_ += step;
  }
  // Sets the wall clock alone, also backwards.
  void SetWallTime(absl::Time now) {
    MutexLock lock(mu_);
    now_ = now;
  }

 private:
  mutable Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
  absl::Duration monotonic_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TESTING_SIMULATED_CLOCK_H_
