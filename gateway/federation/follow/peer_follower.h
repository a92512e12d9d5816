#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWER_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWER_H_

// What is done again and again for one followed member, without a thread of its own: its lists are
// brought from its node or from relays, and over the link to its node go hints, heads and
// licence-tag keys. The two are turns apart, because a node that is silent takes the time of every
// call to it, and its lists come by another way meanwhile.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/turn_limit.h"
#include "gateway/federation/alarms/load_progress.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/follow/epoch_key_turn.h"
#include "gateway/federation/follow/first_root_keeper.h"
#include "gateway/federation/follow/following_turns.h"
#include "gateway/federation/follow/head_exchange_turn.h"
#include "gateway/federation/follow/hint_turn.h"
#include "gateway/federation/follow/propagation_figure.h"
#include "gateway/federation/head_desk.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/on_refused.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_connection.h"
#include "gateway/federation/peer_connections.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/refresher.h"

namespace mrg {

// RunLists by one thread at a time, RunLink by one thread at a time; the rest from any thread.
class PeerFollower {
 public:
  struct Parts {
    OrderedStore* store;
    const FirstRoots* first_roots;
    PutInForceFn put_in_force;
    OnRefused refused;
    FollowingTurns* turns;
    ForkGate* forks;
    HeadDesk* heads;
    const SnapshotHolder* snapshots;
    EpochKeyring* epoch_keys;  // null: the node is the hub, which asks for no licence-tag key
    const TrustMetrics* metrics;
    const Clock* clock;
    EventLog* events;
    // The peer's clock, as HeadExchangeTurn::OnPeerTime tells of it; may be empty.
    std::function<void(const MemberId& peer, absl::Time theirs, absl::Duration asked,
                       absl::Duration answered)>
        on_peer_time = {};
  };

  // What the peer says that it has; whoever follows `publisher` looks.
  struct Hints {
    // Version `version` of its timestamp.
    std::function<void(const MemberId& peer, const MemberId& publisher, int64_t version)> timestamp;
    // A root that is newer than the one trusted here.
    std::function<void(const MemberId& peer, const MemberId& publisher)> root;
  };

  // `own`: the node's member. `connections` has the peer's, and those of nodes that may relay its
  // lists. All of `parts` must outlive this.
  PeerFollower(const MemberId& own, Peer peer, ConnectionsByMember connections,
               absl::Duration poll_period, Parts parts, Hints hints);
  ~PeerFollower();
  PeerFollower(const PeerFollower&) = delete;
  PeerFollower& operator=(const PeerFollower&) = delete;

  // Brings the peer's lists when they are due. Waits for the nodes that it asks, for each at most
  // five minutes and a call; what it got by then is kept.
  void RunLists(absl::Time now);
  // Hints, heads and keys over the link to the peer's own node. Waits for that node alone, at most
  // half a minute and a call.
  void RunLink(absl::Time now);
  // Turns that are under way end with their next step, and none gets further afterwards.
  void Cut() {
    list_limit_.Cut();
    link_limit_.Cut();
  }
  // Ends the stream of hints; none is passed on afterwards. After the last RunLink.
  void Stop() { hint_turn_.Stop(); }

  // The node `source` has version `version` of this peer's timestamp. Result: whether RunLists has
  // work that it had not before.
  bool Hint(const MemberId& source, int64_t version);
  // The same for a root of this peer's.
  bool HintRoot(const MemberId& source);
  // The own lists changed: the next exchange of heads comes soon.
  void HintHeads() { head_turn_.Hint(); }

  const MemberId& member() const { return peer_.member; }

 private:
  // One node that hands out the peer's repository: the peer itself, or a relay.
  struct Source;

  std::vector<std::unique_ptr<Source>> SourcesOf() const;
  // Result: the place of the node among the sources; as many as there are when it is none.
  size_t PlaceOf(const MemberId& node) const;
  std::vector<Fetcher*> Fetchers() const;
  std::vector<Updater*> Updaters() const;
  void OnSourceRefused(size_t source, const absl::Status& status);
  void OnRefreshed(const absl::Status& status, bool changed, const std::optional<InForceSet>& set);

  // Constant after construction.
  const Peer peer_;
  const ConnectionsByMember connections_;
  const Parts parts_;
  const uint64_t seed_;
  const std::vector<std::unique_ptr<Source>> sources_;  // the peer first

  // Self-synchronised.
  PropagationFigure propagation_;

  // Of RunLists.
  TurnLimit list_limit_;
  LoadProgress load_progress_;
  FirstRootKeeper first_root_;
  Refresher refresher_;

  // Of RunLink; the last one's stream uses what stands above.
  TurnLimit link_limit_;
  HeadExchangeTurn head_turn_;
  std::optional<EpochKeyTurn> key_turn_;
  HintTurn hint_turn_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_PEER_FOLLOWER_H_
