#ifndef MRG_GATEWAY_FEDERATION_FIRST_ROOTS_H_
#define MRG_GATEWAY_FEDERATION_FIRST_ROOTS_H_

// Which first root a member may begin with (ADR-0018): the hub's list and this side's own
// agreements must name one and the same, so that neither a hostile hub nor a hostile peer can
// invent a member. On the hub, whose operators sign the list, that list is enough.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/peer.h"
#include "gateway/membership/federation_list.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Thread-safe.
class FirstRoots {
 public:
  // `jurisdictions`: those of this member, whose agreements are the own side's; none on the hub.
  // Both pointers must outlive this.
  FirstRoots(std::vector<JurisdictionId> jurisdictions, const FederationList* list,
             const SnapshotHolder* snapshots)
      : jurisdictions_(std::move(jurisdictions)), list_(list), snapshots_(snapshots) {}

  // Result: RootDigests, 32 raw bytes, that the newest revision of each of the own side's
  // agreements and the configuration name for the peer.
  std::set<std::string> OfOwnSide(const Peer& peer) const;

  // Result: the RootDigest of the peer's first root, on which all who have a say agree.
  // Errors: MEMBER_ROOT_UNCONFIRMED saying whose word is missing or differs.
  absl::StatusOr<std::string> Confirm(const Peer& peer) const;

  // Stores the peer's first root, unless one is stored: the file that the configuration names, or
  // the root that is confirmed, which comes from `fetcher`.
  // Errors: as Confirm, InitTrust and InitTrustFromPeer.
  absl::Status Store(const Peer& peer, Fetcher* fetcher, OrderedStore* store) const;

 private:
  std::set<std::string> OfAgreements(const MemberId& member) const;

  const std::vector<JurisdictionId> jurisdictions_;
  const FederationList* const list_;
  const SnapshotHolder* const snapshots_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FIRST_ROOTS_H_
