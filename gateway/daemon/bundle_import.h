#ifndef MRG_GATEWAY_DAEMON_BUNDLE_IMPORT_H_
#define MRG_GATEWAY_DAEMON_BUNDLE_IMPORT_H_

// Follows the publishers of a bundle as FollowedPeer follows a node: the same first trust, the same
// workflow and limits, the same intake. Only the fetcher differs.

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/followed_peer.h"
#include "gateway/daemon/trust_intake.h"
#include "gateway/rpc/services/admin_service.h"
#include "gateway/snapshot/fork_gate.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/bundle_files.h"

namespace mrg {

// Thread-safe.
class BundleImport {
 public:
  struct Parts {
    OrderedStore* store;
    const FirstRoots* first_roots;
    TrustIntake* intake;
    ForkGate* forks;
    FollowingTurns* turns;
    EventLog* events;
  };

  // `own`: the node's member. All of `parts` and `peers` must outlive this.
  BundleImport(MemberId own, const std::vector<PeerConfig>* peers, Parts parts)
      : own_(std::move(own)), peers_(peers), parts_(parts) {}

  // Puts in force what the bundle has of the followed publishers. Each stands for itself: one that
  // is refused (its status: as StoreFirstRoot, Updater::Refresh, TrustIntake::Take; MEMBER_UNKNOWN
  // when the node does not follow it) leaves the others alone. Result: the hub first, because other
  // lists are checked against its dictionary; then by name.
  std::vector<BundleOutcome> Import(const BundleFiles& files, absl::Time now) const;

 private:
  BundleOutcome ImportPublisher(const MemberId& publisher, const BundleFiles& files,
                                absl::Time now) const;
  absl::Status Follow(const PeerConfig& peer, const BundleFiles& files, absl::Time now,
                      BundleOutcome* outcome) const;

  const MemberId own_;
  const std::vector<PeerConfig>* const peers_;
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_BUNDLE_IMPORT_H_
