#ifndef MRG_GATEWAY_RPC_HEAD_CLIENT_H_
#define MRG_GATEWAY_RPC_HEAD_CLIENT_H_

// Exchanges heads with one peer: every poll period, and soon after the peer hinted at something
// new.

#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/rpc/head_desk.h"
#include "grpcpp/channel.h"

namespace mrg {

// RunOnce by one thread at a time; Hint from any thread.
class HeadClient {
 public:
  // All pointers must outlive this. `timeout` bounds one call.
  HeadClient(MemberId peer, std::shared_ptr<grpc::Channel> channel, absl::Duration timeout,
             absl::Duration period, HeadDesk* desk, const Clock* clock, EventLog* events);
  ~HeadClient();

  // The next RunOnce exchanges, unless the last exchange was less than a second ago.
  void Hint() { hinted_.store(true, std::memory_order_relaxed); }

  // Exchanges when it is due.
  void RunOnce(absl::Time now);

 private:
  struct Stub;

  absl::Status Exchange(absl::Time now);

  const MemberId peer_;
  const std::shared_ptr<grpc::Channel> channel_;
  const absl::Duration timeout_;
  const absl::Duration period_;
  HeadDesk* const desk_;
  const Clock* const clock_;
  EventLog* const events_;
  const std::unique_ptr<Stub> stub_;

  std::atomic<bool> hinted_{false};
  absl::Time exchanged_at_ = absl::InfinitePast();
  bool failing_ = false;  // and told
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_HEAD_CLIENT_H_
