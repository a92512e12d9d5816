#ifndef MRG_DISPUTE_WAITING_ENTRIES_H_
#define MRG_DISPUTE_WAITING_ENTRIES_H_

// What was committed and must still reach a receiver: walks its entries dispute by dispute, lets
// the caller try each, deletes what is done, and puts off what failed. A receiver that is down
// waits alone; a dispute that it refuses waits alone among its disputes. Both waits are stored, so
// that a restart does not hurry them. What a receiver is, and how it is reached, is not known here.

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
#include "dispute/dispute_id.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Where what waits for one receiver is stored; see stored_keys.h.
struct WaitingRows {
  Keyspace keyspace;
  std::string entries;  // prefix of its entries
  std::string retry;    // key of its wait, and prefix of those of single disputes
};

// How one dispute's entries fared when they were tried.
struct EntriesTried {
  absl::Status status;
  bool receiver_is_down = false;  // the failure is not of this dispute alone
  std::vector<uint64_t> done;     // sequences that need no more work
};

// One dispute whose entries are due.
struct WaitingDispute {
  DisputeHistory history;
  std::vector<uint64_t> sequences;  // of its events, at least one, in order
};

// One thread at a time.
class WaitingEntries {
 public:
  // Tries the entries of one dispute: its events of these sequences, at least one, in order.
  using TryFn = std::function<EntriesTried(const DisputeHistory& history,
                                           const std::vector<uint64_t>& sequences)>;
  // Tries those of several disputes at once. Result: how each fared, in the same order.
  using TryGroupFn =
      std::function<std::vector<EntriesTried>(const std::vector<WaitingDispute>& disputes)>;
  // Told of each failure; of a receiver that is down once.
  using OnFailedFn = std::function<void(const DisputeId& dispute, const absl::Status& status)>;

  // `store` must outlive this.
  WaitingEntries(OrderedStore* store, RetrySchedule retry) : store_(store), retry_(retry) {}

  // Tries what is due of one receiver, at most kOutboxDisputesPerTurnMax disputes. A store that
  // does not answer is asked again soon; what was done is then done again.
  // Result: when to call again at the latest: `now` when more is due, InfiniteFuture when nothing
  // waits.
  absl::Time RunReceiver(const WaitingRows& rows, const TryFn& attempt, const OnFailedFn& on_failed,
                         absl::Time now);
  // The same in one group of at most `disputes_max`, whose end is one commit.
  absl::Time RunGroup(const WaitingRows& rows, size_t disputes_max, const TryGroupFn& attempt,
                      const OnFailedFn& on_failed, absl::Time now);

  // Result: when to ask a store again that did not answer.
  absl::Time SoonAfter(absl::Time now) const { return now + retry_.WaitAfter(1); }

 private:
  struct Receiver;

  // A dispute whose turn it is.
  struct Due {
    DisputeId dispute;
    bool failed_before = false;
    EntriesTried tried;                     // its failure when what waits cannot be read
    std::optional<WaitingDispute> waiting;  // absent: there is nothing to try
  };
  // How the turn of a group went.
  struct GroupTurn {
    absl::Time next = absl::InfiniteFuture();  // when to look at its disputes again
    bool receiver_is_down = false;
  };

  absl::StatusOr<absl::Time> Run(const Receiver& receiver, absl::Time now);
  // Result: what waits of one dispute.
  absl::StatusOr<Due> Read(const Receiver& receiver, const DisputeId& dispute,
                           bool failed_before) const;
  absl::StatusOr<GroupTurn> TryGroup(const Receiver& receiver, std::vector<Due>* group,
                                     bool failed_before, absl::Time now);

  // Result: when the receiver, or the dispute at it, may be tried; nullopt: no failure is known.
  absl::StatusOr<std::optional<absl::Time>> RetryAt(Keyspace keyspace, const std::string& key,
                                                    absl::Time now) const;
  // Stores one more failure. Result: when to try again.
  absl::StatusOr<absl::Time> PutOff(Keyspace keyspace, const std::string& key, absl::Time now);

  OrderedStore* const store_;
  const RetrySchedule retry_;

  // Where a receiver's next turn begins; absent: at its first dispute.
  std::map<std::string, std::string> cursors_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_WAITING_ENTRIES_H_
