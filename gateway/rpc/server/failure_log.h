#ifndef MRG_GATEWAY_RPC_SERVER_FAILURE_LOG_H_
#define MRG_GATEWAY_RPC_SERVER_FAILURE_LOG_H_

// Lines about calls that fail by our fault, callers that are refused, and connections that are not
// taken. Each kind has a bound on its lines, since whoever connects can cause as many as he likes;
// the next line says how many were not written.
//
// Thread-safe.

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"

namespace mrg {

// At most `lines_max` lines a second.
class LineRate {
 public:
  explicit LineRate(int lines_max) : lines_max_(lines_max) {}
  // `now`: of the monotonic clock. Result: true when a line may be written.
  bool Take(absl::Duration now);
  // Result: how many were refused since the last line; then 0.
  int64_t TakeSuppressed();

 private:
  const int lines_max_;
  absl::Duration second_ = absl::ZeroDuration();
  int lines_ = 0;
  int64_t suppressed_ = 0;
};

class FailureLog {
 public:
  // `events` must outlive this.
  explicit FailureLog(EventLog* events) : events_(events) {}

  // `method`: "service/method". `now`: of the monotonic clock, here and below.
  void WriteFailedCall(const std::string& method, const std::string& request_id,
                       const absl::Status& status, absl::Duration now);
  // Who it was is not told: it may be anything that a certificate says.
  void WriteRefusedCaller(const std::string& method, const absl::Status& status,
                          absl::Duration now);
  // `listener`: "api" or "federation". `why`: what is used up.
  void WriteRefusedConnection(const std::string& listener, const std::string& why,
                              absl::Duration now);
  // `count`: connections of `listener` that ended before any call, since the last time, 0 as well.
  // Told together, once a minute.
  void CountUnheardConnections(const std::string& listener, uint64_t count, absl::Duration now);

 private:
  struct Untold {
    int64_t count = 0;
    absl::Duration told = -absl::InfiniteDuration();  // when last
  };

  EventLog* const events_;
  Mutex mu_;
  LineRate failed_ ABSL_GUARDED_BY(mu_){10};
  LineRate refused_ ABSL_GUARDED_BY(mu_){1};
  LineRate connections_ ABSL_GUARDED_BY(mu_){1};
  std::map<std::string, Untold> unheard_ ABSL_GUARDED_BY(mu_);  // by listener
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_FAILURE_LOG_H_
