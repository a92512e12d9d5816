#include "gateway/federation/peer_moves.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace mrg {
namespace {

// Result: those of `now` that are not among `before`.
std::set<MemberId> Begun(const std::set<MemberId>& now, const std::set<MemberId>& before) {
  std::set<MemberId> begun;
  std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                      std::inserter(begun, begun.end()));
  return begun;
}

}  // namespace

PeerMoves::PeerMoves(PeerPlaces places) : places_(std::move(places)) {}

PeerMoves::Step PeerMoves::Next(PeerPlaces said, absl::Duration now) {
  Step step = {std::move(said), {}};
  std::set<MemberId> held_back;
  for (size_t i = 0; i < step.places.peers.size(); ++i) {
    Peer& peer = step.places.peers[i];
    const Peer& before = places_.peers[i];
    if (SamePlace(peer, before)) continue;
    if (MayMove(peer, before, step.places, now)) {
      step.moved.insert(peer.member);
      continue;
    }
    peer = before;
    step.places.by_contact.erase(peer.member);
    step.places.bundles.TakeOver(places_.bundles, before.trust_domain);
    held_back.insert(peer.member);
  }
  step.newly_held_back = Begun(held_back, held_back_);
  held_back_ = std::move(held_back);
  step.newly_in_conflict = Begun(step.places.conflicts, conflicts_);
  conflicts_ = step.places.conflicts;
  return step;
}

void PeerMoves::Make(Step step, absl::Duration now) {
  places_ = std::move(step.places);
  for (const MemberId& member : step.moved) BoundsOf(member, places_).Count(member, now);
}

bool PeerMoves::MayMove(const Peer& peer, const Peer& before, const PeerPlaces& said,
                        absl::Duration now) {
  // Who gives up a CA that was broken into must not wait for what the hub made of the address. A
  // member that withdraws its contact gains nothing by it: to sign it again is bounded.
  if (!said.by_contact.contains(peer.member) && peer.ca_bundle_pem != before.ca_bundle_pem) {
    return true;
  }
  return BoundsOf(peer.member, said).MayMove(peer.member, now);
}

MoveBounds& PeerMoves::BoundsOf(const MemberId& member, const PeerPlaces& said) {
  return said.by_contact.contains(member) ? moves_by_contact_ : moves_;
}

}  // namespace mrg
