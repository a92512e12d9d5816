#ifndef MRG_DISPUTE_MARK_QUEUE_H_
#define MRG_DISPUTE_MARK_QUEUE_H_

// Brings the marks that disputes set and lift to our own status lists, for as long as it takes, in
// order per dispute. All that are due go into one publication, and publications are a second apart:
// each is signed, kept and fetched by every follower, however many marks it changes. An entry is
// deleted when its mark is as it should be; a mark that is asked for twice is no fault. Events to
// other members are outbox.h's.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_relay.h"
#include "dispute/waiting_entries.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// What happened, for metrics and logs; each may be empty. Called without a lock held.
struct MarkObserver {
  // A mark was set or cleared, or found to be as it should.
  std::function<void(const std::string& dispute, bool is_set)> on_marked;
  std::function<void(const std::string& dispute, const absl::Status& status)> on_failed;
};

// RunOnce by one thread at a time.
class MarkQueue {
 public:
  // `store` and `marks` must outlive this.
  MarkQueue(OrderedStore* store, LicenceMarks* marks, RetrySchedule retry, MarkObserver observer);

  // Changes the marks that are due, those of at most 512 disputes, unless the last ones were
  // changed within a second. Result: as Outbox::RunOnce.
  absl::Time RunOnce(absl::Time now);

 private:
  std::vector<EntriesTried> ChangeMarks(const std::vector<WaitingDispute>& disputes,
                                        absl::Time now);
  // Result: what is to be done for the event; nullopt when nothing is any more.
  absl::StatusOr<std::optional<MarkChange>> ChangeFor(const DisputeHistory& history,
                                                      uint64_t sequence) const;

  OrderedStore* const store_;
  LicenceMarks* const marks_;
  const MarkObserver observer_;
  WaitingEntries entries_;                          // these two are touched by RunOnce only
  absl::Time last_changed_ = absl::InfinitePast();  // when changes were last given on
};

}  // namespace mrg

#endif  // MRG_DISPUTE_MARK_QUEUE_H_
