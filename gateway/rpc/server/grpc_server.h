#ifndef MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_
#define MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_

// The node's gRPC listeners, each a server of its own, so that a service is reachable only where it
// was put: `api` and `federation` over mTLS, `admin` over a unix socket that only the node's own
// account can reach. Each also answers health checks and reflection.
//
// SetServing from any thread and at any time: it waits for no call that a listener lets end. All
// other methods from one thread at a time; the servers themselves are thread-safe.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/limits.h"
#include "gateway/base/mutex.h"
#include "grpc/support/time.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server.h"

namespace mrg {

struct GrpcServerOptions {
  // "host:port"; port 0 takes a free one. Empty: no such listener.
  std::string api_address;
  std::string federation_address;
  // Path of the unix socket, at most 100 bytes. Its folder is created with mode 0700 when missing
  // and refused when others may enter it. Empty: no admin listener.
  std::string admin_socket;

  // The node's certificate chain, leaf first, its private key, and every member's CA certificates.
  std::string certificate_pem;
  std::string private_key_pem;
  std::string client_ca_pem;

  // Borrowed; must outlive the server. One service object may stand in one list only.
  std::vector<grpc::Service*> api_services;
  std::vector<grpc::Service*> federation_services;
  std::vector<grpc::Service*> admin_services;

  // Larger messages are answered RESOURCE_EXHAUSTED by gRPC before a service sees them. Services
  // take less and state the reason, so these are higher.
  size_t message_bytes_max = 4 * kMessageBytesMax;
  size_t admin_message_bytes_max = kAdminMessageBytesMax + kMessageBytesMax;
};

class GrpcServer {
 public:
  // Binds and serves all listeners, or none. Health answers NOT_SERVING until SetServing(true).
  // Errors: CONFIG_INVALID naming the listener; CERTIFICATE_UNREADABLE, CERTIFICATE_KEY_MISMATCH.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options);
  // Shuts down without a grace period.
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // Ports bound; 0 for a listener that was not asked for.
  int api_port() const { return api_.port; }
  int federation_port() const { return federation_.port; }

  // What the health service answers, for the whole node ("") on every listener.
  void SetServing(bool serving);

  // Ends the federation listener and begins it anew at the same port with other CA certificates.
  // Its calls and streams are cut after `grace`; the other listeners go on.
  // Errors: CERTIFICATE_UNREADABLE, after which nothing has changed; CONFIG_INVALID when the port
  // was lost, after which a repeat tries again.
  absl::Status ReplaceFederationCas(const std::string& client_ca_pem, absl::Duration grace);

  // Listener by listener (api, federation, admin): takes no new call and lets running ones end.
  // What still runs when `grace` is over, counted once for all, is cancelled; returns when all
  // calls have ended. More than once does nothing.
  void Shutdown(absl::Duration grace);

 private:
  struct Listener {
    std::unique_ptr<grpc::Server> server;
    int port = 0;
  };

  explicit GrpcServer(GrpcServerOptions options) : options_(std::move(options)) {}
  static absl::StatusOr<Listener> Listen(absl::string_view name, const std::string& address,
                                         std::shared_ptr<grpc::ServerCredentials> credentials,
                                         const std::vector<grpc::Service*>& services,
                                         size_t message_bytes_max);
  void Show() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Ends the listener; it is no part of what is served meanwhile.
  void ShutDown(Listener* listener, gpr_timespec deadline);

  GrpcServerOptions options_;

  Mutex mu_;
  bool serving_ ABSL_GUARDED_BY(mu_) = false;
  // Ports are constant after construction; the servers are guarded by `mu_`.
  Listener api_;
  Listener federation_;
  Listener admin_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_GRPC_SERVER_H_
