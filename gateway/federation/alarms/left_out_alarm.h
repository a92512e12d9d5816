#ifndef MRG_GATEWAY_FEDERATION_ALARMS_LEFT_OUT_ALARM_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_LEFT_OUT_ALARM_H_

// Tells operators which roles of a followed member were left out of its set because they do not
// hold by what was signed (ADR-0020): decisions about their provinces are stale until the member
// signs them again. An event when a role is left out, and a gauge as long as it is.
//
// Thread-safe.

#include <map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "trustlist/store/in_force.h"

namespace mrg {

class LeftOutAlarm {
 public:
  // Both must outlive this.
  LeftOutAlarm(const TrustMetrics* metrics, EventLog* events)
      : metrics_(metrics), events_(events) {}

  // Looks at what is in force of one publisher now. What is left out is told again when it had been
  // whole in between, and after a restart.
  void Look(const InForceSet& set);

 private:
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::map<MemberId, std::vector<LeftOutRole>> left_out_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_LEFT_OUT_ALARM_H_
