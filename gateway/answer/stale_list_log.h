#ifndef MRG_GATEWAY_ANSWER_STALE_LIST_LOG_H_
#define MRG_GATEWAY_ANSWER_STALE_LIST_LOG_H_

// Tells the operator which lists decisions were refused for (STALE_TRUST), each end of each list
// once while the process runs, however many callers ask.
//
// Thread-safe.

#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"
#include "gateway/recognition/freshness.h"

namespace mrg {

class StaleListLog {
 public:
  // `events` must outlive this.
  explicit StaleListLog(EventLog* events) : events_(events) {}

  void Tell(const StaleList& list);

 private:
  EventLog* const events_;
  Mutex mu_;
  // By publisher and role: which end was told. As many as lists in force have roles.
  std::map<std::pair<std::string, std::string>, absl::Time> told_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_STALE_LIST_LOG_H_
