#ifndef MRG_GATEWAY_REQUEST_MEMORY_REQUEST_RETENTION_H_
#define MRG_GATEWAY_REQUEST_MEMORY_REQUEST_RETENTION_H_

// Forgets answered requests that are more than a day of running time old, so many a turn.
//
// Threads: belongs to one, which has other work in the same turn.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/request_memory/running_day.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Days end by the hour (running_day.h), so that an hour of requests is due at once; one commit of
// so many a turn forgets them before the next hour, with a turn a second at 2,500 requests a
// second, and holds up nobody.
inline constexpr size_t kRequestsForgottenInOneTurn = 4096;

class RequestRetention {
 public:
  // `store` must outlive this.
  explicit RequestRetention(OrderedStore* store) : store_(store), day_(store) {}

  // One turn, each second or so, with both clocks; what is left is the next turn's. Errors:
  // STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status RunOnce(absl::Time now, absl::Duration monotonic);

 private:
  OrderedStore* const store_;
  RunningDay day_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_REQUEST_MEMORY_REQUEST_RETENTION_H_
