#ifndef MRG_GATEWAY_FEDERATION_BUNDLE_IMPORT_H_
#define MRG_GATEWAY_FEDERATION_BUNDLE_IMPORT_H_

// Follows the publishers of a bundle as PeerFollower follows a node: the same first trust, the same
// workflow and limits, the same intake. Only the fetcher differs.

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/follow/following_turns.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/on_refused.h"
#include "gateway/federation/peer.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/bundle/bundle_files.h"
#include "trustlist/client/refresher.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// What became of one publisher's part of a bundle.
struct BundleOutcome {
  MemberId publisher;
  bool own = false;                                   // left alone: this node publishes it itself
  absl::Status status = {};                           // why it was refused
  bool changed = false;                               // a newer set went in force
  std::optional<InForceSet> in_force = std::nullopt;  // when not refused
};

// Thread-safe.
class BundleImport {
 public:
  struct Parts {
    OrderedStore* store;
    const FirstRoots* first_roots;
    PutInForceFn put_in_force;
    OnRefused refused;
    ForkGate* forks;
    FollowingTurns* turns;
    EventLog* events;
  };

  // `own`: the node's member. All of `parts` and `peers` must outlive this.
  BundleImport(MemberId own, const std::vector<Peer>* peers, Parts parts)
      : own_(std::move(own)), peers_(peers), parts_(std::move(parts)) {}

  // Puts in force what the bundle has of the followed publishers. Each stands for itself: one that
  // is refused (its status: as FirstRoots::Store, Updater::Verify, PutInForceFn; MEMBER_UNKNOWN
  // when the node does not follow it) leaves the others alone. Result: the hub first, because other
  // lists are checked against its dictionary; then by name.
  std::vector<BundleOutcome> Import(const BundleFiles& files, absl::Time now) const;

 private:
  BundleOutcome ImportPublisher(const MemberId& publisher, const BundleFiles& files,
                                absl::Time now) const;
  absl::Status Follow(const Peer& peer, const BundleFiles& files, absl::Time now,
                      BundleOutcome* outcome) const;

  const MemberId own_;
  const std::vector<Peer>* const peers_;
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_BUNDLE_IMPORT_H_
