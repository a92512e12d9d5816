#ifndef MRG_GATEWAY_DAEMON_PEER_LINKS_H_
#define MRG_GATEWAY_DAEMON_PEER_LINKS_H_

// All that binds the node to other nodes: connections to them, following them, and knowing them
// when they call. Made anew when the hub's list moves one of them; nothing of what is in force
// changes by it, and what waits to be delivered waits on.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/clock.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/followed_peers.h"
#include "gateway/federation/federation_list.h"
#include "gateway/federation/member_domains.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/federation/peer_places.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Result: a connection to each of `peers`, which is made when first used. `clock` must outlive
// them. Errors: as NewPeerChannel.
absl::StatusOr<ConnectionsByMember> ConnectPeers(const NodeConfig& config,
                                                 const std::vector<Peer>& peers,
                                                 const Clock* clock);

// Used by one thread at a time.
class PeerLinks {
 public:
  struct Parts {
    const NodeConfig* config;
    PeerPlaces configured;
    const FederationList* list;
    OrderedStore* store;
    TlsPeerIdentity* identity;
    MemberDomains* domains;
    PeerConnections* connections;
    TrustHints* hints;
    PeerFollower::Parts following;
    // Has the federation listener accept the clients of these CAs, PEM.
    std::function<absl::Status(const std::string& client_ca_pem)> replace_cas;
  };

  // Begins to follow over the connections, which lead to `places`, where the listeners began too.
  // All of `parts` must outlive this.
  PeerLinks(Parts parts, PeerPlaces places);

  // Makes the links anew when a peer was moved. Errors, after which a repeat tries again: as
  // CurrentPlaces, ConnectPeers and GrpcServer::ReplaceFederationCas.
  absl::Status Look();

 private:
  void Begin();
  void Tell(const PeerPlaces& before) const;

  const Parts parts_;
  PeerPlaces places_;
  std::unique_ptr<FollowedPeers> peers_;  // null while a change is half made
  bool listening_ = true;                 // false while the listener is to begin anew
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PEER_LINKS_H_
