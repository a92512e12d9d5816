#ifndef MRG_GATEWAY_RPC_PEERS_CALLS_UNDER_WAY_H_
#define MRG_GATEWAY_RPC_PEERS_CALLS_UNDER_WAY_H_

// The calls to one peer that wait for its answer. A node that stops cuts them: a peer that is
// silent would hold it up for the deadline of each.

#include <functional>
#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace mrg {

// Thread-safe.
class CallsUnderWay {
 public:
  // Makes one call, by a stub's method with the context it is given, and waits for the answer, at
  // most until `deadline`. Result: what `call` gave; CANCELLED without a call after Cut.
  grpc::Status Make(absl::Time deadline,
                    const std::function<grpc::Status(grpc::ClientContext* context)>& call);

  // Ends the calls that wait, with CANCELLED; none is made any more.
  void Cut();

 private:
  Mutex mu_;
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
  // Shared, so that one can be cancelled without the lock while its call ends.
  std::set<std::shared_ptr<grpc::ClientContext>> contexts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_CALLS_UNDER_WAY_H_
