#ifndef MRG_GATEWAY_FEDERATION_PEER_MOVES_H_
#define MRG_GATEWAY_FEDERATION_PEER_MOVES_H_

// Where the members are looked for: where it is said that they are (peer_places.h), but for those
// that have moved too often (move_bounds.h), which are looked for where they were until their time
// comes. A CA that the operator replaces waits for nothing.
//
// Threads: one at a time.

#include <set>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/move_bounds.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/peer_places.h"

namespace mrg {

class PeerMoves {
 public:
  struct Step {
    PeerPlaces places;         // where the members are to be looked for
    std::set<MemberId> moved;  // those that are elsewhere there than before
    // What is to be told: of whom it begins to be so with this step.
    std::set<MemberId> newly_held_back = {};
    std::set<MemberId> newly_in_conflict = {};
  };

  // `places`: where the members are looked for at first.
  explicit PeerMoves(PeerPlaces places);

  const PeerPlaces& places() const { return places_; }

  // Result: the step from places() to what is said at `now`, monotonic. A member that is held back
  // keeps its place and its bundle; what the hub's list says otherwise than the member stays a
  // conflict.
  // REQUIRES: `said` holds the same members with the same trust domains in the same order.
  Step Next(PeerPlaces said, absl::Duration now);

  // Makes the step, and counts its moves. Steps that are not made count nothing.
  void Make(Step step, absl::Duration now);

 private:
  bool MayMove(const Peer& peer, const Peer& before, const PeerPlaces& said, absl::Duration now);
  MoveBounds& BoundsOf(const MemberId& member, const PeerPlaces& said);

  PeerPlaces places_;
  std::set<MemberId> held_back_;  // as told
  std::set<MemberId> conflicts_;  // as told
  // Of members by their own word, and by the hub's or the operator's, which are not to use up the
  // former.
  MoveBounds moves_by_contact_;
  MoveBounds moves_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_MOVES_H_
