#ifndef MRG_GATEWAY_DAEMON_PEER_LINKS_H_
#define MRG_GATEWAY_DAEMON_PEER_LINKS_H_

// All that binds the node to other nodes: following them, delivering disputes to them, and knowing
// them when they call. Made anew when the hub's list moves one of them; nothing of what is in force
// changes by it, and what waits to be delivered waits on.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gateway/base/event_log.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/dispute_parts.h"
#include "gateway/daemon/federation_list.h"
#include "gateway/daemon/followed_peers.h"
#include "gateway/daemon/peer_directory.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/member_domains.h"
#include "gateway/rpc/trust_hints.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Used by one thread at a time.
class PeerLinks {
 public:
  struct Parts {
    const NodeConfig* config;
    const FederationList* list;
    OrderedStore* store;
    TlsPeerIdentity* identity;
    MemberDomains* domains;
    DisputeParts* disputes;
    TrustHints* hints;
    const TrustMetrics* metrics;
    EventLog* events;
    // Has the federation listener accept the clients of these CAs, PEM.
    std::function<absl::Status(const std::string& client_ca_pem)> replace_cas;
  };

  // All of `parts` must outlive this. `places`: those the listeners began with.
  PeerLinks(Parts parts, PeerPlaces places)
      : parts_(std::move(parts)), places_(std::move(places)) {}
  // As Stop.
  ~PeerLinks() { Stop(); }

  // Opens the channels and begins. All of `following` must outlive this. Errors: as NewPeerChannel.
  absl::Status Start(const FollowedPeer::Parts& following);
  // Makes the links anew when a peer was moved. Errors, after which a repeat tries again: as
  // CurrentPlaces, FollowedPeers::Start and GrpcServer::ReplaceFederationCas.
  absl::Status Look();
  // Ends following and delivering.
  void Stop();

 private:
  absl::Status Begin();
  void Tell(const PeerPlaces& before) const;

  const Parts parts_;
  PeerPlaces places_;
  std::unique_ptr<FollowedPeer::Parts> following_;  // null before Start
  std::unique_ptr<FollowedPeers> peers_;            // null while a change is half made
  bool listening_ = true;                           // false while the listener is to begin anew
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PEER_LINKS_H_
