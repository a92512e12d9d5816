#ifndef MRG_DISPUTE_OUTBOX_H_
#define MRG_DISPUTE_OUTBOX_H_

// Brings events to the other participants of their disputes, for as long as it takes, in order per
// dispute and peer. An entry is deleted when the peer has it; whatever is lost before that is
// delivered again, and every peer takes repeats. Marks on our own lists are mark_queue.h's.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_relay.h"
#include "dispute/waiting_entries.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/base/turn_limit.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// What happened, for metrics and logs; each may be empty. Called without a lock held.
struct OutboxObserver {
  // The peer has all events of the dispute below `next_sequence`.
  std::function<void(const MemberId& peer, const std::string& dispute, uint64_t next_sequence)>
      on_delivered;
  // Delivery to a peer failed.
  std::function<void(const MemberId& peer, const std::string& dispute, const absl::Status& status)>
      on_failed;
};

// RunOnce by one thread at a time.
class Outbox {
 public:
  // `store` and `relay` must outlive this.
  Outbox(OrderedStore* store, DisputeRelay* relay, RetrySchedule retry, OutboxObserver observer);

  // From now on `limit`, which must outlive this, begins anew for each peer, and a peer that is
  // given events for half a minute counts as one that is away: others wait behind it.
  // REQUIRES: no RunOnce is under way.
  void LimitTurns(TurnLimit* limit) { limit_ = limit; }

  // Delivers what is due, at most 64 disputes a peer.
  // Result: when to call again at the latest: `now` when more is due, InfiniteFuture when nothing
  // waits. New entries come with DisputeChanged; call then, too.
  absl::Time RunOnce(absl::Time now);

 private:
  // Result: the peers for which something waits. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::vector<MemberId>> Peers() const;
  EntriesTried Deliver(const MemberId& peer, const DisputeHistory& history,
                       const std::vector<uint64_t>& sequences);
  // Result: the sequence below which the peer has everything.
  absl::StatusOr<uint64_t> DeliverEvents(const MemberId& peer, const DisputeHistory& history,
                                         uint64_t first, uint64_t last);

  OrderedStore* const store_;
  DisputeRelay* const relay_;
  const OutboxObserver observer_;
  TurnLimit* limit_ = nullptr;  // null: none
  WaitingEntries entries_;      // touched by RunOnce only
};

}  // namespace mrg

#endif  // MRG_DISPUTE_OUTBOX_H_
