#ifndef MRG_GATEWAY_FEDERATION_ALARMS_JURISDICTION_ALARM_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_JURISDICTION_ALARM_H_

// Tells operators which jurisdictions the hub's list gives to another member than the one that this
// side's configuration or agreements name (docs/threats.md T07), which goes on to count. An event
// when it does, and a gauge as long as it lasts.
//
// Thread-safe.

#include <map>

#include "absl/base/thread_annotations.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/membership/federation_list.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

class JurisdictionAlarm {
 public:
  // All must outlive this.
  JurisdictionAlarm(const FederationList* list, const TrustMetrics* metrics, EventLog* events)
      : list_(list), metrics_(metrics), events_(events) {}

  // Compares the hub's list in force with what counts. A difference is told again when it had gone
  // in between, and after a restart.
  void Look(const RecognitionSnapshot& snapshot);

 private:
  const FederationList* const list_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  // Jurisdiction -> the member that the hub's list names for it.
  std::map<JurisdictionId, MemberId> differing_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_JURISDICTION_ALARM_H_
