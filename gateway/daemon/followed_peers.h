#ifndef MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_
#define MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_

// The threads of the followed members, two each: one brings the member's lists, one serves the link
// to its node. A node that is silent holds up neither another member nor its own lists, which come
// from relays meanwhile.

#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/daemon/periodic_task.h"
#include "gateway/federation/follow/peer_follower.h"
#include "gateway/federation/follow/peer_followers.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/federation/trust_hints.h"

namespace mrg {

// Made and destroyed by one thread.
class FollowedPeers {
 public:
  // Starts following. As PeerFollowers.
  FollowedPeers(const MemberId& own, const std::vector<Peer>& peers,
                const ConnectionsByMember& connections, absl::Duration poll_period,
                const PeerFollower::Parts& parts, TrustHints* hints);
  // Cuts the connections and stops following: waits for no peer.
  ~FollowedPeers();

 private:
  struct Tasks {
    std::unique_ptr<PeriodicTask> lists;
    std::unique_ptr<PeriodicTask> link;
  };

  void Wake(const MemberId& member);

  const ConnectionsByMember connections_;
  PeerFollowers followers_;

  Mutex mu_;
  std::map<MemberId, Tasks> tasks_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_
