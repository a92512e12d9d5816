#ifndef MRG_TESTS_SIMULATION_TIMELINE_H_
#define MRG_TESTS_SIMULATION_TIMELINE_H_

// What happens when, on a clock that moves only from one event to the next. Events of one instant
// happen in the order in which they were planned.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "absl/time/time.h"

namespace mrg {

class Timeline {
 public:
  explicit Timeline(absl::Time start) : now_(start) {}

  absl::Time now() const { return now_; }

  // Plans an event at now + `wait`; a wait that is not positive means at once.
  void After(absl::Duration wait, std::function<void()> event) {
    if (wait < absl::ZeroDuration()) wait = absl::ZeroDuration();
    planned_.emplace(std::pair(now_ + wait, ++count_), std::move(event));
  }

  // Moves to the next event and lets it happen. Result: false, and nothing happens, when there is
  // none before `end`; then it is `end`.
  bool RunNext(absl::Time end) {
    if (planned_.empty() || planned_.begin()->first.first >= end) {
      now_ = end;
      return false;
    }
    auto next = planned_.extract(planned_.begin());
    now_ = next.key().first;
    next.mapped()();
    return true;
  }

 private:
  absl::Time now_;
  uint64_t count_ = 0;  // of events planned so far
  std::map<std::pair<absl::Time, uint64_t>, std::function<void()>> planned_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_TIMELINE_H_
