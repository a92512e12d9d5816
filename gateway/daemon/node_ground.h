#ifndef MRG_GATEWAY_DAEMON_NODE_GROUND_H_
#define MRG_GATEWAY_DAEMON_NODE_GROUND_H_

// What every side of the node stands on: configuration, keys, clock, events, metrics and the store.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/config/node_config.h"
#include "gateway/config/node_keys.h"
#include "gateway/daemon/tls_in_use.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_places.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/metrics_listener.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe after Open, as its parts are.
struct NodeGround {
  // Reads the keys, opens the store and serves the metrics listener.
  // Errors: KEY_FILE_INVALID, STORE_*, CONFIG_INVALID when the metrics address cannot be served.
  static absl::StatusOr<std::unique_ptr<NodeGround>> Open(NodeConfig config);

  // What the node says of its readiness from now on, to who watches the process; empty: it decides.
  void ShowNotReady(const std::vector<std::string>& reasons);

  // Result: 0 when there is no such listener.
  int metrics_port() const { return pages == nullptr ? 0 : pages->port(); }
  // Result: the hub, which may be this node's own member.
  MemberId hub() const;
  // Result: whose lists count here: the own member first.
  std::vector<MemberId> publishers() const;
  // Result: where the configuration says that the others are, with the CAs that its files name now.
  PeerPlaces configured_places() const;
  // Has it say so from now on. REQUIRES: the same members in the same order.
  void SetConfiguredPeers(std::vector<Peer> peers);

  const NodeConfig config;  // of the start
  const NodeKeys keys;
  const std::string origin;  // of the decision log: "<member>/<log-id>"
  TlsInUse tls;

  const RealClock clock;
  StderrEventLog events{&clock};
  MetricRegistry registry;
  const RpcMetrics rpc_metrics{&registry};
  const RecognitionMetrics recognition_metrics{&registry};
  const TrustMetrics trust_metrics{&registry};
  const DisputeMetrics dispute_metrics{&registry};
  const LogMetrics log_metrics{&registry};
  const StoreMetrics store_metrics{&registry};
  const NodeMetrics node_metrics{&registry};
  std::unique_ptr<MetricsListener> pages;  // of the metrics listener; null: not asked for

  const std::unique_ptr<OrderedStore> store;

 private:
  mutable Mutex mu_;
  std::vector<Peer> configured_peers_ ABSL_GUARDED_BY(mu_);

  NodeGround(NodeConfig node_config, NodeKeys node_keys, std::unique_ptr<OrderedStore> opened);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_NODE_GROUND_H_
