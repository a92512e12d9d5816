#ifndef MRG_GATEWAY_DAEMON_PEER_LINKS_H_
#define MRG_GATEWAY_DAEMON_PEER_LINKS_H_

// All that binds the node to other nodes: connections to them, following them, and knowing them
// when they call. Made anew when one of them moves; nothing of what is in force changes by it, and
// what waits to be delivered waits on.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/daemon/followed_peers.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/tls_in_use.h"
#include "gateway/federation/member_domains.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/federation/peer_moves.h"
#include "gateway/federation/peer_places.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {

// Result: a connection to each of `peers`, which is made when first used, with the certificate and
// under the revocations of `tls`. `clock` must outlive them. Errors: as NewPeerChannel.
absl::StatusOr<ConnectionsByMember> ConnectPeers(const TlsMaterial& tls,
                                                 const std::vector<Peer>& peers,
                                                 absl::Duration poll_period, const Clock* clock);

// Used by one thread at a time.
class PeerLinks {
 public:
  struct Parts {
    const NodeGround* ground;
    const FederationList* list;
    const MemberContacts* contacts;
    MemberDomains* domains;
    PeerConnections* connections;
    TrustHints* hints;
    PeerFollower::Parts following;
    // Has callers known by these.
    std::function<absl::Status(const TrustBundles& bundles)> replace_cas;
  };

  // Begins to follow over the connections, which lead to `places`, where the listeners began too.
  // All of `parts` must outlive this.
  PeerLinks(Parts parts, PeerPlaces places);

  // Makes the links anew when a peer was moved, or when the node's certificate, CAs or revocations
  // were replaced. Errors, after which a repeat tries again: as CurrentPlaces, ConnectPeers and
  // `replace_cas`.
  absl::Status Look();

 private:
  void Begin();
  // Tells what begins with the step, and shows its conflicts.
  void TellStep(const PeerMoves::Step& step) const;
  void TellMoved(const PeerMoves::Step& step) const;

  const Parts parts_;
  PeerMoves moves_;
  std::shared_ptr<const TlsMaterial> tls_;  // what the connections were made with
  std::unique_ptr<FollowedPeers> peers_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PEER_LINKS_H_
