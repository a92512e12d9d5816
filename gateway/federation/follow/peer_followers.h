#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWERS_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWERS_H_

// All followed members: each one's lists may come from its own node or, relayed, from any other,
// and each one's hints may be about any of them.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/follow/peer_follower.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/federation/trust_hints.h"

namespace mrg {

// Made and destroyed by one thread.
class PeerFollowers {
 public:
  // Called when RunLists of the follower of `member` has new work; from any thread, also after the
  // construction has begun. Must be quick.
  using Wake = std::function<void(const MemberId& member)>;

  // `connections`: one a peer. `hints` tells when the own lists change. All of `parts`, and
  // `hints`, must outlive this.
  PeerFollowers(const MemberId& own, const std::vector<Peer>& peers,
                const ConnectionsByMember& connections, absl::Duration poll_period,
                const PeerFollower::Parts& parts, TrustHints* hints, Wake wake);
  // As Stop.
  ~PeerFollowers();

  // Result: in the order of the peers.
  const std::vector<std::unique_ptr<PeerFollower>>& all() const { return followers_; }

  // Gives every follower both of its turns, one after the other; for a node without threads.
  void RunOnce(absl::Time now);

  // Ends turns that are under way with their next step; from any thread, before the last ones.
  void Cut();

  // Ends all streams. After the last turn of every follower.
  void Stop();

 private:
  // Null when nobody follows it.
  PeerFollower* FollowerOf(const MemberId& publisher) const;

  const Wake wake_;
  std::vector<std::unique_ptr<PeerFollower>> followers_;  // constant after construction
  std::unique_ptr<TrustHints::Subscription> own_changes_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWERS_H_
