#ifndef MRG_GATEWAY_FEDERATION_TESTING_FOLLOWING_PARTS_H_
#define MRG_GATEWAY_FEDERATION_TESTING_FOLLOWING_PARTS_H_

// All that following rests on, of a node that follows the hub and one more member, with a record of
// what went in force and what was refused. Nothing of the content is judged.
//
// Threads: of the test.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/federation/follow/peer_follower.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/testing/desk_of_tests.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {

struct FollowingParts {
  FollowingParts(const MemberId& own, std::vector<Peer> followed, absl::Time now)
      : peers(std::move(followed)), desk(own, Publishers(own)), clock(now), turns(peers) {}

  std::vector<MemberId> Publishers(const MemberId& own) const {
    std::vector<MemberId> publishers = {own};
    for (const Peer& peer : peers) publishers.push_back(peer.member);
    return publishers;
  }

  PeerFollower::Parts parts() {
    return {&desk.store,
            &first_roots,
            [this](const VerifiedSet& verified, absl::Time now) {
              if (!take.ok()) return take;
              const InForceSet& set = verified.set;
              in_force.push_back(set.publisher.value() + " " +
                                 std::to_string(set.FindRole(kTimestampRole)->version));
              return StoringIntake(&desk.store).Take(verified, WriteSet(), now);
            },
            [this](const MemberId& publisher, const absl::Status& why) {
              refused.emplace_back(publisher.value() + " " + std::string(TokenOf(*ReasonOf(why))));
            },
            &turns,
            &fork_gate,
            &desk.desk,
            &snapshots,
            &epoch_keys,
            &desk.metrics,
            &clock,
            &desk.events};
  }

  // Result: what was recorded since the last call.
  std::vector<std::string> TakeInForce() { return std::exchange(in_force, {}); }
  std::vector<std::string> TakeRefused() { return std::exchange(refused, {}); }

  const std::vector<Peer> peers;
  DeskOfTests desk;
  SimulatedClock clock;
  SetFederationList list;
  SetSnapshot snapshots;
  const FirstRoots first_roots{{}, &list, &snapshots};
  FollowingTurns turns;
  const BlobStore blobs{&desk.store};
  const SnapshotOwner owner{*MemberId::Parse("own"), {}, *MemberId::Parse("hub")};
  TrustViewHolder view;
  const TrustViewArchive archive{owner, &desk.store, &blobs, &view};
  TrustIntake intake{owner, {&desk.store, &blobs, &archive, &view, {}}};
  ForkStore forks{&desk.store};
  ForkGate fork_gate{&forks, &intake, &desk.metrics, &desk.events};
  EpochKeyring epoch_keys{&desk.store, std::string(32, 'n')};
  absl::Status take;  // why nothing is put in force; OK: it is
  std::vector<std::string> in_force;
  std::vector<std::string> refused;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TESTING_FOLLOWING_PARTS_H_
