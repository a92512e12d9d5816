#ifndef MRG_GATEWAY_DAEMON_FEDERATION_SIDE_H_
#define MRG_GATEWAY_DAEMON_FEDERATION_SIDE_H_

// The federation side of a node, but for its threads (peer_links.h): what it tells others and
// believes of them, bundles, repins, and the connections to where they are.

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/daemon/log_side.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/trust_side.h"
#include "gateway/federation/bundle_import.h"
#include "gateway/federation/follow/following_turns.h"
#include "gateway/federation/follow/peer_follower.h"
#include "gateway/federation/head_desk.h"
#include "gateway/federation/member_domains.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/federation/peer_places.h"
#include "gateway/federation/repin.h"
#include "gateway/witness/log_witness.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

// Its parts are thread-safe.
struct FederationSide {
  // `trust` is restored, `own` publishes the own repository; all must outlive the result.
  // Errors: as CurrentPlaces, ConnectPeers and LogWitness::Tidy.
  static absl::StatusOr<std::unique_ptr<FederationSide>> Open(NodeGround* ground, TrustSide* trust,
                                                              LogSide* log,
                                                              RepositoryPublisher* own);

  // Result: what following rests on.
  PeerFollower::Parts following();

  NodeGround* const ground;
  TrustSide* const trust;
  const PeerPlaces places;  // at the start
  HeadExchange head_exchange;
  LogWitness log_witness{ground->store.get(), &trust->view};
  HeadDesk head_desk;
  FollowingTurns turns{ground->config.peers};
  const BundleImport bundles;
  const RepinDesk repins;
  MemberDomains domains;
  PeerConnections connections;
  PeerRelay relay{&connections};

 private:
  FederationSide(NodeGround* node, TrustSide* trusted, LogSide* log, RepositoryPublisher* own,
                 PeerPlaces now_at);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_FEDERATION_SIDE_H_
