#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_FORK_GATE_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_FORK_GATE_H_

// What a fork of a publisher does to the node: from its finding to an operator's answer nothing
// that rests on the publisher is recognised, and operators see it.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "trustlist/fork/fork_store.h"

namespace mrg {

// Thread-safe.
class ForkGate {
 public:
  // All pointers must outlive this.
  ForkGate(ForkStore* forks, TrustIntake* intake, const TrustMetrics* metrics, EventLog* events);

  // A fork was found and is kept (ForkWatch): closes the gate.
  void OnFork(const trustlist::v1::ForkEvidence& evidence);

  // Brings the snapshot in force and the figures in step with the forks kept of the publisher;
  // after a start, and whenever the publisher's first set went in force. Errors: STORE_UNAVAILABLE,
  // STORE_CORRUPT, or as TrustIntake::SetForked.
  absl::Status Sync(const MemberId& publisher);

  // An operator answers one fork. Errors: as ForkStore::Resume and Sync.
  absl::Status Resume(const MemberId& publisher, absl::string_view id, absl::string_view because,
                      absl::Time now);

 private:
  ForkStore* const forks_;
  TrustIntake* const intake_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_FORK_GATE_H_
