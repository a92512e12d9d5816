#ifndef MRG_GATEWAY_FEDERATION_REPIN_H_
#define MRG_GATEWAY_FEDERATION_REPIN_H_

// Where an operator begins trust in a publisher anew, after it lost the keys of its root: the hub's
// list of members and the operator of this node must name the same new root (ADR-0018), so that
// neither can do it alone. The hub has nobody above it; of its root the operator decides alone.

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/follow/following_turns.h"
#include "gateway/federation/peer.h"
#include "gateway/membership/federation_list.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/trustlist/v1/stored_trust.pb.h"
#include "trustlist/repository/repin.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

// Thread-safe.
class RepinDesk {
 public:
  struct Parts {
    OrderedStore* store;
    RepositoryPublisher* publisher;  // of the own repository
    const FederationList* federation;
    FollowingTurns* turns;
    EventLog* events;
  };

  // All of `parts` and `peers` must outlive this.
  RepinDesk(MemberId own, MemberId hub, const std::vector<Peer>* peers, Parts parts)
      : own_(std::move(own)), hub_(std::move(hub)), peers_(peers), parts_(parts) {}

  // Re-pins a followed publisher, or this node's own member, and writes publisher_repinned.
  // Errors: as RepinPublisher; MEMBER_UNKNOWN when the node does not follow the publisher;
  // MEMBER_ROOT_UNCONFIRMED when the hub's list in force does not name the root too, unless it is
  // the newest one that is trusted here already.
  absl::StatusOr<trustlist::v1::StoredRepin> Decide(const Repin& repin, absl::Time now) const;

  // Result: what was decided of the publisher before, by time. Errors: as RepinsOf.
  absl::StatusOr<std::vector<trustlist::v1::StoredRepin>> DecisionsOf(
      const MemberId& publisher) const {
    return RepinsOf(publisher, *parts_.store);
  }

 private:
  absl::StatusOr<bool> IsTrusted(const Repin& repin) const;
  absl::Status CheckHubNames(const Repin& repin) const;
  absl::StatusOr<trustlist::v1::StoredRepin> Apply(const Repin& repin, absl::Time now) const;

  const MemberId own_;
  const MemberId hub_;
  const std::vector<Peer>* const peers_;
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_REPIN_H_
