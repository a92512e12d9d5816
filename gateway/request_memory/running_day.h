#ifndef MRG_GATEWAY_REQUEST_MEMORY_RUNNING_DAY_H_
#define MRG_GATEWAY_REQUEST_MEMORY_RUNNING_DAY_H_

// How long ago a day of running time is, in what the wall clock showed then. An answered request is
// remembered for a day; a clock that is set forward would end that day at once, and a caller who
// repeats would be answered twice. So a day is measured by the monotonic clock while the node runs,
// and kept in the store over restarts.
//
// Threads: of whoever forgets.

#include <deque>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

class RunningDay {
 public:
  // `store` must outlive this.
  explicit RunningDay(OrderedStore* store) : store_(store) {}

  // To be called each second or so, with both clocks. Result: what was answered before this time of
  // the wall clock is more than a day of running time old, whatever the clock did meanwhile;
  // InfinitePast before the first day is over. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<absl::Time> BeginAt(absl::Time now, absl::Duration monotonic);

 private:
  // What the wall clock showed when the node had run so long.
  struct Mark {
    absl::Duration running;
    absl::Time wall;
  };

  absl::Status Load();
  absl::Status Keep();

  OrderedStore* const store_;

  bool loaded_ = false;
  absl::Duration running_;
  absl::Duration kept_;                           // `running_` as it is stored
  std::optional<absl::Duration> last_monotonic_;  // nullopt: before the first call
  std::deque<Mark> marks_;                        // both members rise
};

}  // namespace mrg

#endif  // MRG_GATEWAY_REQUEST_MEMORY_RUNNING_DAY_H_
