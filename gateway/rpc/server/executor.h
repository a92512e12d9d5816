#ifndef MRG_GATEWAY_RPC_SERVER_EXECUTOR_H_
#define MRG_GATEWAY_RPC_SERVER_EXECUTOR_H_

// Where the work of a call runs, so that gRPC's own threads never wait for a store or a signature.
// The daemon supplies it; a test runs the work in place.
//
// Thread-safe: implementations may be called from any thread.

#include <functional>

namespace mrg {

class Executor {
 public:
  virtual ~Executor() = default;
  // Result: true when `work` will run exactly once; false when too much is waiting, and then it
  // never runs. Never waits.
  virtual bool TrySubmit(std::function<void()> work) = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_EXECUTOR_H_
