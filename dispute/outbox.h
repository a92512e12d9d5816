#ifndef MRG_DISPUTE_OUTBOX_H_
#define MRG_DISPUTE_OUTBOX_H_

// Brings what was committed to those who must hear of it, for as long as it takes: events to the
// other participants, in order per dispute and peer, and marks to our own status lists. An entry is
// deleted when its receiver has it; whatever is lost before that is done again, and every receiver
// takes repeats.
//
// A peer that cannot be reached waits alone; a dispute that a peer refuses waits alone among that
// peer's disputes. Both waits are stored, so that a restart does not hurry them.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_node.h"
#include "dispute/dispute_relay.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// What happened, for metrics and logs; each may be empty. Called without a lock held.
struct OutboxObserver {
  // The peer has all events of the dispute below `next_sequence`.
  std::function<void(const MemberId& peer, const std::string& dispute, uint64_t next_sequence)>
      on_delivered;
  // A mark was set or cleared, or found to be as it should.
  std::function<void(const std::string& dispute, bool is_set)> on_marked;
  // Delivery to a peer failed, or, with our own member as peer, a mark.
  std::function<void(const MemberId& peer, const std::string& dispute, const absl::Status& status)>
      on_failed;
};

// RunOnce by one thread at a time.
class Outbox {
 public:
  // `store`, `relay` and `marks` must outlive this.
  Outbox(DisputeNode node, OrderedStore* store, DisputeRelay* relay, LicenceMarks* marks,
         RetrySchedule retry, OutboxObserver observer);

  // Delivers what is due, at most 64 disputes a peer.
  // Result: when to call again at the latest: `now` when more is due, InfiniteFuture when nothing
  // waits. New entries come with DisputeChanged; call then, too.
  absl::Time RunOnce(absl::Time now);

 private:
  // How one dispute's entries fared.
  struct Turn {
    absl::Time next = absl::InfiniteFuture();  // when to look at this dispute again
    bool worked = false;                       // it was due
    bool peer_is_down = false;
  };

  // One dispute's entries tried once.
  struct Attempt {
    absl::Status status;
    bool unread = false;         // the status is of our own store, nothing was tried
    std::vector<uint64_t> done;  // sequences that need no more work
  };

  // Errors of these three: the store's.
  absl::StatusOr<std::vector<MemberId>> Peers() const;
  absl::StatusOr<absl::Time> RunPeer(const MemberId& peer, absl::Time now);
  absl::StatusOr<Turn> RunDispute(const MemberId& peer, const DisputeId& dispute,
                                  bool peer_failed_before, absl::Time now);
  Attempt Try(const MemberId& peer, const DisputeId& dispute);

  // Result: the sequence below which the peer has everything.
  absl::StatusOr<uint64_t> DeliverEvents(const MemberId& peer, const DisputeHistory& history,
                                         uint64_t first, uint64_t last);
  absl::Status ChangeMark(const DisputeHistory& history, uint64_t sequence, bool set);

  // Result: when the peer, or the dispute at the peer, may be tried; nullopt: no failure is known.
  absl::StatusOr<std::optional<absl::Time>> RetryAt(const std::string& key, absl::Time now) const;
  // Stores one more failure. Result: when to try again.
  absl::StatusOr<absl::Time> PutOff(const std::string& key, absl::Time now);

  // Constant after construction.
  const DisputeNode node_;
  OrderedStore* const store_;
  DisputeRelay* const relay_;
  LicenceMarks* const marks_;
  const RetrySchedule retry_;
  const OutboxObserver observer_;

  // Touched by RunOnce only: where a peer's next turn begins; absent: at its first dispute.
  std::map<std::string, std::string> cursors_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_OUTBOX_H_
