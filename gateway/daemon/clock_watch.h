#ifndef MRG_GATEWAY_DAEMON_CLOCK_WATCH_H_
#define MRG_GATEWAY_DAEMON_CLOCK_WATCH_H_

// Tells operators when the wall clock stepped: every expiry is judged by it, so a clock that is
// wrong makes fresh lists stale, or stale ones fresh (docs/threats.md T11).

#include <optional>

#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

// Threads: one at a time.
class ClockWatch {
 public:
  // Both must outlive this.
  ClockWatch(const TrustMetrics* metrics, EventLog* events) : metrics_(metrics), events_(events) {}

  // Compares how far the wall clock went since the last call with the monotonic one. A difference
  // of five seconds or more is counted and told as clock_stepped.
  void Look(absl::Time now, absl::Duration monotonic);

 private:
  struct Reading {
    absl::Time now;
    absl::Duration monotonic;
  };

  const TrustMetrics* const metrics_;
  EventLog* const events_;
  std::optional<Reading> last_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_CLOCK_WATCH_H_
