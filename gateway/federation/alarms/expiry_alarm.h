#ifndef MRG_GATEWAY_FEDERATION_ALARMS_EXPIRY_ALARM_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_EXPIRY_ALARM_H_

// Tells operators, well before it happens, that a list which only people can sign anew is running
// out: a root or a targets role. What nodes sign themselves is renewed without anybody.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// How long before its end a role is alarmed.
struct AlarmWindows {
  absl::Duration root;
  absl::Duration targets;  // top-level targets and the provinces' roles
};

// Threads: of housekeeping.
class ExpiryAlarm {
 public:
  // `online_role`: the delegated role that nodes sign. `metrics` and `events` must outlive this.
  ExpiryAlarm(AlarmWindows windows, std::string online_role, const TrustMetrics* metrics,
              EventLog* events)
      : windows_(windows),
        online_role_(std::move(online_role)),
        metrics_(metrics),
        events_(events) {}

  // Looks at what is in force of one publisher: sets the figures, and writes trust_runs_out for
  // each role inside its window, when it gets there and once a day from then on.
  void Look(const InForceSet& set, absl::Time now);

 private:
  // Whether it is time to tell of the role; remembers that it was told.
  bool IsTimeToTell(const std::string& publisher, const RoleVersion& role, absl::Time now);

  const AlarmWindows windows_;
  const std::string online_role_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;
  struct Told {
    int64_t version = 0;
    absl::Time at;
  };
  std::map<std::pair<std::string, std::string>, Told> told_;  // by publisher and role
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_EXPIRY_ALARM_H_
