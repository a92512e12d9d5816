#ifndef MRG_GATEWAY_FEDERATION_PEER_CLOCKS_H_
#define MRG_GATEWAY_FEDERATION_PEER_CLOCKS_H_

// How far the clocks of other nodes are from this node's. Every expiry is judged by the wall clock,
// so one that is wrong takes stale lists for fresh. What a peer says of its own clock comes over
// its TLS connection and is its word alone: a single one that differs is told, whoever else there
// is, and only where most of those heard, two at least, say the same does this node doubt itself.

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/clock_difference.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

// Thread-safe.
class PeerClocks {
 public:
  // Both must outlive this.
  PeerClocks(const TrustMetrics* metrics, EventLog* events) : metrics_(metrics), events_(events) {}

  // The peer's clock showed `theirs` between `asked` and `answered` of the own monotonic clock.
  void Heard(const MemberId& peer, absl::Time theirs, absl::Duration asked,
             absl::Duration answered);

  // Compares with what both own clocks show now; what was heard counts for two hours. Shows each
  // difference, and tells of a peer by event when its clock begins to be too far away.
  // Result: why the own clock is not to be believed, naming peers; empty while it is.
  std::string Look(absl::Time now, absl::Duration monotonic);

 private:
  struct Reading {
    // What the peer's clock showed when the own monotonic one showed 0, half the call either way.
    absl::Time at_zero;
    absl::Duration within;
    absl::Duration answered;
    bool told = false;
  };

  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::map<MemberId, Reading> readings_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_CLOCKS_H_
