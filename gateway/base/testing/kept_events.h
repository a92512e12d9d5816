#ifndef MRG_GATEWAY_BASE_TESTING_KEPT_EVENTS_H_
#define MRG_GATEWAY_BASE_TESTING_KEPT_EVENTS_H_

// An event log that keeps its lines for a test to read. Every line has one and the same time.
//
// Threads: one at a time.

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/event_log.h"

namespace mrg {

class KeptEvents : public EventLog {
 public:
  void Write(Event event, EventFields fields) override {
    lines_.push_back(EventLine::Of(absl::UnixEpoch(), event, fields));
  }
  // Result: the lines since the last call.
  std::vector<std::string> Take() { return std::exchange(lines_, {}); }

 private:
  std::vector<std::string> lines_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TESTING_KEPT_EVENTS_H_
