#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_HEAD_EXCHANGE_TURN_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_HEAD_EXCHANGE_TURN_H_

// Exchanges heads with one peer: every poll period, and soon after the peer hinted at something
// new.

#include <atomic>
#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/turn.h"
#include "gateway/federation/head_desk.h"
#include "gateway/federation/peer_connection.h"

namespace mrg {

// RunOnce by one thread at a time; Hint from any thread.
class HeadExchangeTurn {
 public:
  // The peer's clock showed `theirs` between `asked` and `answered` of the own monotonic clock.
  using OnPeerTime =
      std::function<void(absl::Time theirs, absl::Duration asked, absl::Duration answered)>;

  // The peer says that it has a root of `publisher` that is newer than the one trusted here.
  using OnNewerRoot = std::function<void(const MemberId& publisher)>;
  struct Told {
    OnPeerTime peer_time;
    OnNewerRoot newer_root;
  };

  // All pointers must outlive this. `turn`: of a poll period, and of its retries.
  HeadExchangeTurn(MemberId peer, PeerConnection* connection, Turn turn, HeadDesk* desk, Told told,
                   const Clock* clock, EventLog* events);

  // The next RunOnce exchanges, unless the last exchange was less than a second ago or failed.
  void Hint() { hinted_.store(true, std::memory_order_relaxed); }

  // Exchanges when it is due. A failure is told when it is the first one in a row.
  void RunOnce(absl::Time now);

 private:
  absl::Status Exchange(absl::Time now);
  absl::Status ExchangeOnce(absl::Time now);

  const MemberId peer_;
  PeerConnection* const connection_;
  HeadDesk* const desk_;
  const Told told_;
  const Clock* const clock_;
  EventLog* const events_;

  std::atomic<bool> hinted_{false};
  Turn turn_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_HEAD_EXCHANGE_TURN_H_
