#ifndef MRG_GATEWAY_DAEMON_CALLS_SIDE_H_
#define MRG_GATEWAY_DAEMON_CALLS_SIDE_H_

// The calls side of a node: who may call what, the threads that do the work of calls, the services,
// and the listeners.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/packs_by_digest.h"
#include "gateway/base/limits.h"
#include "gateway/daemon/dispute_side.h"
#include "gateway/daemon/executor.h"
#include "gateway/daemon/federation_side.h"
#include "gateway/daemon/log_side.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/publisher_side.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/grpc_server.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/unary_call.h"

namespace mrg {

class CallsSide {
 public:
  // What the services work with.
  struct Sides {
    NodeGround* ground;
    TrustSide* trust;
    LogSide* log;
    PublisherSide* publisher;
    FederationSide* federation;
    DisputeSide* disputes;
  };

  // Begins to listen and to answer. All of `sides` must outlive the result.
  // Errors: as Authorization::Create and GrpcServer::Start.
  static absl::StatusOr<std::unique_ptr<CallsSide>> Start(const Sides& sides);
  // Ends streams, lets running calls end within five seconds, stops.
  ~CallsSide();

  TlsPeerIdentity* identity() { return &tls_identity_; }
  // Has the federation listener accept the clients of these CAs, PEM.
  // Errors: as GrpcServer::ReplaceFederationCas.
  absl::Status ReplaceFederationCas(const std::string& client_ca_pem);
  // Says what the node's state says.
  void ShowReadiness();

  int api_port() const { return server_->api_port(); }
  int federation_port() const { return server_->federation_port(); }

 private:
  CallsSide(const Sides& sides, Authorization table);

  GrpcServerOptions MakeServices();
  absl::Status Listen();

  const Sides sides_;
  Admission admission_{kCallsInFlightMax};
  OpenStreams streams_{kStreamsMax};
  const Authorization authorization_;
  TlsPeerIdentity tls_identity_;
  AdminSocketIdentity admin_identity_;
  PacksByDigest packs_;
  const CallEnvironment calls_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  ThreadPoolExecutor executor_;         // its work uses everything above
  std::unique_ptr<GrpcServer> server_;  // set by Start
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_CALLS_SIDE_H_
