#include "gateway/daemon/peer_links.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/rpc/peers/grpc_peer_connection.h"
#include "gateway/rpc/peers/peer_channel.h"

namespace mrg {
namespace {

// Of every call to a peer.
constexpr absl::Duration kCallTimeout = absl::Seconds(5);

// For handshakes, of which one that is under way may outlive the node that began it.
const Clock* ClockOfHandshakes() {
  static const auto* const clock = new RealClock();
  return clock;
}

}  // namespace

absl::StatusOr<ConnectionsByMember> ConnectPeers(const TlsMaterial& tls,
                                                 const std::vector<Peer>& peers,
                                                 absl::Duration poll_period, const Clock* clock) {
  ConnectionsByMember connections;
  for (const Peer& peer : peers) {
    PeerChannelOptions options = {peer.endpoint,           peer.trust_domain,
                                  peer.ca_bundle_pem,      tls.own.certificate_pem,
                                  tls.own.private_key_pem, ClockOfHandshakes()};
    const auto revocations = tls.revocations.find(peer.trust_domain);
    if (revocations != tls.revocations.end()) options.revocations = revocations->second;
    // Who polls often wants to be back as soon.
    options.reconnect_max = std::min(options.reconnect_max, poll_period);
    MRG_ASSIGN_OR_RETURN(const auto channel, NewPeerChannel(options));
    connections.emplace(peer.member,
                        std::make_shared<GrpcPeerConnection>(channel, kCallTimeout, clock));
  }
  return connections;
}

PeerLinks::PeerLinks(Parts parts, PeerPlaces places)
    : parts_(std::move(parts)), places_(std::move(places)), tls_(parts_.ground->tls.Current()) {
  Begin();
}

void PeerLinks::Begin() {
  const PeerPlaces configured = parts_.ground->configured_places();
  std::map<std::string, MemberId> members;
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const Peer& peer = places_.peers[i];
    members.emplace(peer.trust_domain, peer.member);
    parts_.following.metrics->peer_moved.Set({{"peer", LabelValue::OfMember(peer.member)}},
                                             SamePlace(peer, configured.peers[i]) ? 0 : 1);
  }
  parts_.domains->Replace(std::move(members));
  const NodeConfig& config = parts_.ground->config;
  peers_ = std::make_unique<FollowedPeers>(config.member, places_.peers, parts_.connections->all(),
                                           config.poll_period, parts_.following, parts_.hints);
}

absl::StatusOr<PeerPlaces> PeerLinks::NextPlaces() {
  const NodeGround& ground = *parts_.ground;
  const auto places = [&](const PeerPlaces& configured) {
    return CurrentPlaces(configured, *parts_.list, *parts_.contacts, ground.store.get());
  };
  PeerPlaces configured = ground.configured_places();
  MRG_ASSIGN_OR_RETURN(PeerPlaces next, places(configured));
  std::set<MemberId> held_back = HeldBack(next);
  for (const MemberId& member : held_back) {
    if (!held_back_.contains(member)) {
      parts_.following.events->Write(Event::kPeerMoveHeldBack, {{"peer", member}});
    }
  }
  held_back_ = std::move(held_back);
  if (held_back_.empty()) return next;
  for (size_t i = 0; i < configured.peers.size(); ++i) {
    Peer& peer = configured.peers[i];
    if (!held_back_.contains(peer.member)) continue;
    const Peer& now = places_.peers[i];
    MRG_RETURN_IF_ERROR(
        configured.bundles.Replace(peer.trust_domain, now.trust_domain, now.ca_bundle_pem));
    peer = now;
    peer.pinned = true;
  }
  return places(configured);
}

std::set<MemberId> PeerLinks::HeldBack(const PeerPlaces& next) const {
  const absl::Duration now = parts_.following.clock->Monotonic();
  std::set<MemberId> held_back;
  for (size_t i = 0; i < next.peers.size(); ++i) {
    const Peer& peer = next.peers[i];
    const MoveBounds& moves = next.by_contact.contains(peer.member) ? moves_by_contact_ : moves_;
    if (!SamePlace(peer, places_.peers[i]) && !moves.MayMove(peer.member, now)) {
      held_back.insert(peer.member);
    }
  }
  return held_back;
}

void PeerLinks::CountMoves(const PeerPlaces& before) {
  const absl::Duration now = parts_.following.clock->Monotonic();
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const Peer& peer = places_.peers[i];
    if (SamePlace(peer, before.peers[i])) continue;
    (places_.by_contact.contains(peer.member) ? moves_by_contact_ : moves_).Count(peer.member, now);
  }
}

absl::Status PeerLinks::Look() {
  const NodeGround& ground = *parts_.ground;
  std::shared_ptr<const TlsMaterial> tls = ground.tls.Current();
  MRG_ASSIGN_OR_RETURN(PeerPlaces next, NextPlaces());
  TellConflicts(next.conflicts);
  bool changed = tls != tls_;
  for (size_t i = 0; i < next.peers.size(); ++i) {
    changed = changed || !SamePlace(next.peers[i], places_.peers[i]);
  }
  if (!changed) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(
      ConnectionsByMember connections,
      ConnectPeers(*tls, next.peers, ground.config.poll_period, parts_.following.clock));
  if (next.bundles.all_pem() != places_.bundles.all_pem()) {
    MRG_RETURN_IF_ERROR(parts_.replace_cas(next.bundles));
  }
  // First, so that what is to be delivered finds the new ones: with the end of following the old
  // ones are cut.
  parts_.connections->Replace(std::move(connections));
  peers_.reset();
  tls_ = std::move(tls);
  const PeerPlaces before = std::exchange(places_, std::move(next));
  CountMoves(before);
  Tell(before);
  Begin();
  return absl::OkStatus();
}

void PeerLinks::Tell(const PeerPlaces& before) const {
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const Peer& peer = places_.peers[i];
    if (SamePlace(peer, before.peers[i])) continue;
    const std::string ca_sha256 = absl::BytesToHexString(Sha256(peer.ca_bundle_pem));
    parts_.following.events->Write(Event::kPeerMoved, {{"peer", peer.member},
                                                       {"endpoint", OwnText(peer.endpoint)},
                                                       {"trust_domain", OwnText(peer.trust_domain)},
                                                       {"ca_bundle_sha256", OwnText(ca_sha256)}});
  }
}

void PeerLinks::TellConflicts(const std::set<MemberId>& conflicts) {
  for (const Peer& peer : places_.peers) {
    const bool differs = conflicts.contains(peer.member);
    parts_.following.metrics->peer_place_conflict.Set({{"peer", LabelValue::OfMember(peer.member)}},
                                                      differs ? 1 : 0);
    if (differs && !conflicts_.contains(peer.member)) {
      parts_.following.events->Write(Event::kMemberPlaceConflict, {{"peer", peer.member}});
    }
  }
  conflicts_ = conflicts;
}

}  // namespace mrg
