#ifndef MRG_GATEWAY_DAEMON_CALLS_SIDE_H_
#define MRG_GATEWAY_DAEMON_CALLS_SIDE_H_

// The calls side of a node: who may call what, the threads that do the work of calls, the services,
// and the listeners.

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/daemon/dispute_side.h"
#include "gateway/daemon/federation_side.h"
#include "gateway/daemon/log_side.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/publisher_side.h"
#include "gateway/daemon/tls_in_use.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/membership/trust_bundles.h"
#include "gateway/rpc/server/grpc_server.h"

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
  // Ends streams, lets running calls end within kGrace, stops; tells whether they did.
  ~CallsSide();
  // Longer calls are cancelled when the node stops.
  static constexpr absl::Duration kGrace = absl::Seconds(3);

  // What a stop would wait for.
  struct InFlight {
    size_t calls;
    size_t streams;
  };
  InFlight in_flight() const;

  // Callers are known by these CAs from now on; streams that are open end, so that whoever may not
  // call any more does not read on. Errors: as ListenerCredentials::ReplaceClientCas.
  absl::Status ReplaceCas(const TrustBundles& bundles);
  // The same for the node's own certificate and what CAs have revoked. REQUIRES: `material` was
  // checked as it was read.
  void OnTlsReplaced(const TlsMaterial& material);
  // Callers are judged by these rules from now on; open streams end as above. Errors: as
  // Authorization::Create.
  absl::Status ReplaceRules(const std::vector<AuthorizationRule>& rules);
  // Whether each call is told in a line from now on.
  void SetCallLog(bool on);
  // Cuts the calls whose request does not come to its end, and what else waits too long for its
  // peer.
  void CutSlowRequests();

  int api_port() const { return server_->api_port(); }
  int federation_port() const { return server_->federation_port(); }
  int rest_port() const { return server_->other_port(); }

 private:
  struct Parts;

  CallsSide(std::unique_ptr<Parts> parts, std::unique_ptr<GrpcServer> server);

  const std::unique_ptr<Parts> parts_;
  const std::unique_ptr<GrpcServer> server_;  // uses the parts
  std::thread accepting_;                     // uses the server
  std::thread serving_rest_;                  // likewise; where REST is asked for
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_CALLS_SIDE_H_
