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
#include "gateway/federation/move_bounds.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connections.h"
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
  // Result: where members are now; one that has moved too often stays where it was meanwhile.
  absl::StatusOr<PeerPlaces> NextPlaces();
  // Result: the members that must wait.
  std::set<MemberId> HeldBack(const PeerPlaces& next) const;
  void CountMoves(const PeerPlaces& before);
  void Begin();
  void Tell(const PeerPlaces& before) const;
  // Tells of members that begin to be in conflict.
  void TellConflicts(const std::set<MemberId>& conflicts);

  const Parts parts_;
  PeerPlaces places_;
  std::shared_ptr<const TlsMaterial> tls_;  // what the connections were made with
  std::unique_ptr<FollowedPeers> peers_;
  std::set<MemberId> conflicts_;  // as told
  std::set<MemberId> held_back_;  // as told
  // Of members by their own word, and by the hub's or the operator's, which are not to use up the
  // former.
  MoveBounds moves_by_contact_;
  MoveBounds moves_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PEER_LINKS_H_
