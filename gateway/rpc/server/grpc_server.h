#ifndef MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_
#define MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_

// The node's gRPC listeners, and the accepting for others; each is a server of its own, so that a
// service is reachable only where it was put: `api` and `federation` over mTLS, `admin` over a unix
// socket that only the node's own account can reach and that answers reflection, v1 and v1alpha,
// too. A call of mTLS takes no thread of gRPC's: only reflection v1alpha would, one for each
// stream.
//
// Those about accepting from any thread and at any time: they wait for no call that a listener lets
// end. All other methods from one thread at a time; the servers themselves are thread-safe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/limits.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/label_value.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/listener_credentials.h"
#include "gateway/rpc/server/listening_socket.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace mrg {

// A TCP listener that something else serves. Its connections are accepted here, within the same
// kind of bounds, by the same thread.
struct OtherListener {
  LabelValue name;
  std::string address;                    // "host:port"; port 0 takes a free one
  std::function<void(int fd)> hand_over;  // takes a connection over, descriptor and all
};

struct GrpcServerOptions {
  // "host:port"; port 0 takes a free one. Empty: no such listener.
  std::string api_address;
  std::string federation_address;
  std::optional<OtherListener> other;
  // Path of the unix socket, at most 100 bytes. Its folder is created with mode 0700 when missing
  // and refused when others may enter it. Empty: no admin listener.
  std::string admin_socket;

  // Of the TCP listeners; the CAs of every member among them.
  ListenerTls tls;

  // Of the api, the federation and the other listener, in this order. Borrowed, as all below; must
  // outlive the server.
  ConnectionBounds* connections = nullptr;
  FailureLog* failures = nullptr;
  const RpcMetrics* metrics = nullptr;
  const Clock* clock = nullptr;

  // One service object may stand in one list only. REQUIRES: a TCP listener that is asked for has
  // one.
  std::vector<grpc::Service*> api_services;
  std::vector<grpc::Service*> federation_services;
  std::vector<grpc::Service*> admin_services;

  // Larger messages are answered RESOURCE_EXHAUSTED by gRPC before a service sees them. Services
  // take less and state the reason, so these are higher.
  size_t message_bytes_max = 2 * kMessageBytesMax + kDocumentBytesMax;
  size_t admin_message_bytes_max = kAdminMessageBytesMax + kMessageBytesMax;
};

class GrpcServer {
 public:
  // Binds all listeners, or none, and serves them. Errors: CONFIG_INVALID naming the listener;
  // CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options);
  // Shuts down without a grace period.
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // Ports bound; 0 for a listener that was not asked for.
  int api_port() const { return api_.socket.port(); }
  int federation_port() const { return federation_.socket.port(); }
  int other_port() const { return other_.port(); }

  // Takes the connections that have come to the TCP listeners: they are served only as long as one
  // thread calls this again and again. Waits for a second at most.
  // Result: false once StopAccepting was called, or when there is no such listener.
  bool AcceptOnce();
  // Ends AcceptOnce, from any thread; before Shutdown, after which no AcceptOnce may run.
  void StopAccepting();

  // What handshakes of the TCP listeners begin with from now on; from any thread. Null when there
  // is no such listener.
  ListenerCredentials* credentials() { return credentials_.get(); }

  // Takes no new call on any listener, from one moment on, and lets running ones end. What still
  // runs when `grace` is over, the same for all, is cancelled; returns when all calls have ended.
  // More than once does nothing.
  void Shutdown(absl::Duration grace);

 private:
  // What gRPC makes of one listener. Given a connection, it owns it.
  struct Backend {
    std::unique_ptr<grpc::Server> server;
    std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;  // of TCP
  };
  struct Listener {
    ListeningSocket socket;  // of TCP
    Mutex mu;
    std::shared_ptr<Backend> backend ABSL_GUARDED_BY(mu);  // null: not asked for, or ended

    std::shared_ptr<Backend> Current();
    std::shared_ptr<Backend> Replace(std::shared_ptr<Backend> next);
    void HandOver(int fd);
  };

  explicit GrpcServer(GrpcServerOptions options) : options_(std::move(options)) {}
  // Begins the servers of the listeners that are asked for.
  absl::Status Begin();
  absl::StatusOr<std::shared_ptr<Backend>> BeginTcp(absl::string_view name,
                                                    const std::vector<grpc::Service*>& services);
  absl::StatusOr<std::shared_ptr<Backend>> BeginAdmin();

  const GrpcServerOptions options_;
  std::unique_ptr<ListenerCredentials> credentials_;  // before the listeners, which use it
  Listener api_;
  Listener federation_;
  Listener admin_;
  ListeningSocket other_;
  std::unique_ptr<ConnectionAcceptor> acceptor_;  // last: it hands over to the listeners
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_
