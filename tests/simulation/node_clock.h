#ifndef MRG_TESTS_SIMULATION_NODE_CLOCK_H_
#define MRG_TESTS_SIMULATION_NODE_CLOCK_H_

// The clock of one simulated node: that of the simulation, and by how much it is wrong.
//
// Threads: belongs to one thread.

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "tests/simulation/timeline.h"

namespace mrg {

class NodeClock : public Clock {
 public:
  // `timeline` must outlive this.
  explicit NodeClock(const Timeline* timeline) : timeline_(timeline) {}

  absl::Time Now() const override { return timeline_->now() + error_; }
  absl::Duration Monotonic() const override { return timeline_->now() - absl::UnixEpoch(); }

  absl::Duration error() const { return error_; }
  void SetError(absl::Duration error) { error_ = error; }

 private:
  const Timeline* const timeline_;
  absl::Duration error_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_NODE_CLOCK_H_
