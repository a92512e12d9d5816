#ifndef MRG_GATEWAY_RPC_SERVER_CONNECTION_ACCEPTOR_H_
#define MRG_GATEWAY_RPC_SERVER_CONNECTION_ACCEPTOR_H_

// Accepts the connections of the TCP listeners within ConnectionBounds and hands them to gRPC. A
// connection above a bound is closed before a byte of it is read; a listener that is full is not
// accepted from until one of its connections ends, so that its clients wait in the kernel's queue.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/metrics/label_value.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/failure_log.h"

namespace mrg {

class ConnectionAcceptor {
 public:
  struct Listener {
    LabelValue name;
    std::vector<int> descriptors;  // non-blocking; must outlive the acceptor
    // Takes a connection over, descriptor and all.
    std::function<void(int fd)> hand_over;
  };
  struct Parts {
    ConnectionBounds* bounds;  // of as many listeners, in the same order
    FailureLog* failures;
    const RpcMetrics* metrics;
    const Clock* clock;
  };

  // All of `parts` must outlive this.
  ConnectionAcceptor(std::vector<Listener> listeners, const Parts& parts);
  // Connections that were handed over stay.
  ~ConnectionAcceptor();
  ConnectionAcceptor(const ConnectionAcceptor&) = delete;
  ConnectionAcceptor& operator=(const ConnectionAcceptor&) = delete;

  // Waits for connections, for a second at most, and takes those that have come; to be called
  // again and again, by one thread. Result: false once Stop has been called.
  bool RunOnce();
  // Ends RunOnce. From any thread.
  void Stop();

 private:
  // Accepts what waits on one descriptor. Result: false when the process can take no more now.
  bool AcceptFrom(size_t index, int listening);
  void Refuse(size_t index, LabelValue why);
  void Sweep();

  const std::vector<Listener> listeners_;
  const Parts parts_;
  const int stop_;                                // an eventfd
  std::vector<ConnectionBounds::Figures> shown_;  // last, one a listener
  absl::Duration swept_;                          // when
  bool exhausted_ = false;  // the process had no descriptor for the last connection
};

// Result: whether `fd` still is the socket of this inode.
bool IsSocketOpen(int fd, uint64_t inode);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_CONNECTION_ACCEPTOR_H_
