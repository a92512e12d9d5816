#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_NEWS_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_NEWS_H_

// What follows when a publisher's set was taken or refused: hints to followers, and what operators
// see of it.

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/alarms/agreement_alarms.h"
#include "gateway/federation/alarms/jurisdiction_alarm.h"
#include "gateway/federation/alarms/left_out_alarm.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/node_state.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

// Thread-safe.
class TrustNews : public TrustViewListener {
 public:
  struct Parts {
    AgreementAlarms* agreement_alarms;
    RootAlarms* root_alarms;
    JurisdictionAlarm* jurisdiction_alarm;
    LeftOutAlarm* left_out_alarm;
    TrustHints* hints;
    NodeState* state;
    const TrustMetrics* metrics;
    EventLog* events;
  };

  // All parts must outlive this.
  explicit TrustNews(Parts parts) : parts_(parts) {}

  void OnTaken(const TrustView& view, const MemberId& publisher, absl::Time now) override;

  // A refresh of the publisher, or its set, was refused.
  void OnRefused(const MemberId& publisher, const absl::Status& status);

 private:
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_NEWS_H_
