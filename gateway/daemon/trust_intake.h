#ifndef MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_
#define MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_

// What follows when a publisher's set has been verified, the own one or a followed one: snapshot,
// log keys, hints to followers, what operators see.

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/receipt/log_key_book.h"
#include "gateway/rpc/node_state.h"
#include "gateway/rpc/trust_hints.h"
#include "gateway/snapshot/snapshot_publisher.h"
#include "trustlist/blob_reader.h"
#include "trustlist/in_force.h"

namespace mrg {

// Thread-safe.
class TrustIntake {
 public:
  struct Parts {
    SnapshotPublisher* snapshots;
    const BlobReader* blobs;
    LogKeyBook* log_keys;
    TrustHints* hints;
    NodeState* state;
    const TrustMetrics* metrics;
    EventLog* events;
  };

  // All parts must outlive this.
  explicit TrustIntake(Parts parts) : parts_(parts) {}

  // Puts `set` in force on this node. Errors: as SnapshotPublisher::Offer and LogKeyBook::Update;
  // then what was in force stays.
  absl::Status Take(const InForceSet& set, absl::Time now);

  // A refresh of the publisher, or putting its set in force, was refused.
  void Refused(const MemberId& publisher, const absl::Status& status);

 private:
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_
