#ifndef MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_

// Tells operators what is wrong between the agreements that came in force: two at once for one pair
// and type, of which only the first counts (ADR-0011), and revisions whose copies differ. An event
// when a fault appears, and a gauge as long as it lasts. Only of pairs with an own jurisdiction,
// and only so many at a time: whoever puts something in force waits for it.
//
// Thread-safe.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_faults.h"
#include "gateway/agreement/agreement_history.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

// Faults of one kind that are told and counted at a time. An operator mends the first ones first.
inline constexpr size_t kAgreementFaultsMax = 256;

class AgreementAlarms {
 public:
  // `own`: the jurisdictions that the member answers for; none at the hub. The pointers must
  // outlive this.
  AgreementAlarms(const std::vector<JurisdictionId>& own, const TrustMetrics* metrics,
                  EventLog* events);

  // Looks at what is in force now. A fault is told again when it had gone in between, and after a
  // restart.
  void Look(const AgreementHistory& agreements, absl::Time now);

 private:
  std::set<std::string> own_;  // constant after construction
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::set<AgreementConflict::Key> conflicts_ ABSL_GUARDED_BY(mu_);
  std::set<AgreementMismatch::Key> mismatches_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_AGREEMENT_ALARMS_H_
