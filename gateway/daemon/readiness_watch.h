#ifndef MRG_GATEWAY_DAEMON_READINESS_WATCH_H_
#define MRG_GATEWAY_DAEMON_READINESS_WATCH_H_

// Keeps what the node says of its readiness in step with what is in force and how its log stands.

#include "absl/time/time.h"
#include "gateway/daemon/commit_watch.h"
#include "gateway/daemon/log_side.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/trust_side.h"

namespace mrg {

// Thread-safe.
class ReadinessWatch {
 public:
  // All must outlive this.
  ReadinessWatch(NodeGround* ground, TrustSide* trust, const LogSide* log)
      : ground_(ground), trust_(trust), log_(log) {}

  // Looks now; tells by an event when the answer changed.
  void Look(absl::Time now) const;

 private:
  NodeGround* const ground_;
  TrustSide* const trust_;
  const LogSide* const log_;
  mutable CommitWatch commit_watch_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_READINESS_WATCH_H_
