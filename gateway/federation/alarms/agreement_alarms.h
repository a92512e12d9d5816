#ifndef MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_

// Tells operators what is wrong between the agreements that came in force: two at once for one pair
// and type, of which only the first counts (ADR-0011), and revisions whose copies differ. An event
// when a fault appears, and a gauge as long as it lasts.
//
// Thread-safe.

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_faults.h"
#include "gateway/agreement/agreement_history.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

class AgreementAlarms {
 public:
  // Both must outlive this.
  AgreementAlarms(const TrustMetrics* metrics, EventLog* events)
      : metrics_(metrics), events_(events) {}

  // Looks at what is in force now. A fault is told again when it had gone in between, and after a
  // restart.
  void Look(const AgreementHistory& agreements, absl::Time now);

 private:
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::vector<AgreementConflict> conflicts_ ABSL_GUARDED_BY(mu_);
  std::vector<AgreementMismatch> mismatches_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_
