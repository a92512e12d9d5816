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
    : parts_(std::move(parts)), moves_(std::move(places)), tls_(parts_.ground->tls.Current()) {
  Begin();
}

void PeerLinks::Begin() {
  const PeerPlaces configured = parts_.ground->configured_places();
  const std::vector<Peer>& peers = moves_.places().peers;
  std::map<std::string, MemberId> members;
  for (size_t i = 0; i < peers.size(); ++i) {
    const Peer& peer = peers[i];
    members.emplace(peer.trust_domain, peer.member);
    parts_.following.metrics->peer_moved.Set({{"peer", LabelValue::OfMember(peer.member)}},
                                             SamePlace(peer, configured.peers[i]) ? 0 : 1);
  }
  parts_.domains->Replace(std::move(members));
  const NodeConfig& config = parts_.ground->config;
  peers_ = std::make_unique<FollowedPeers>(config.member, peers, parts_.connections->all(),
                                           config.poll_period, parts_.following, parts_.hints);
}

absl::Status PeerLinks::Look() {
  const NodeGround& ground = *parts_.ground;
  const absl::Duration now = parts_.following.clock->Monotonic();
  std::shared_ptr<const TlsMaterial> tls = ground.tls.Current();
  MRG_ASSIGN_OR_RETURN(PeerPlaces said, CurrentPlaces(ground.configured_places(), *parts_.list,
                                                      *parts_.contacts, ground.store.get()));
  PeerMoves::Step step = moves_.Next(std::move(said), now);
  TellStep(step);
  if (step.moved.empty() && tls == tls_) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(
      ConnectionsByMember connections,
      ConnectPeers(*tls, step.places.peers, ground.config.poll_period, parts_.following.clock));
  if (step.places.bundles.all_pem() != moves_.places().bundles.all_pem()) {
    MRG_RETURN_IF_ERROR(parts_.replace_cas(step.places.bundles));
  }
  // First, so that what is to be delivered finds the new ones: with the end of following the old
  // ones are cut.
  parts_.connections->Replace(std::move(connections));
  peers_.reset();
  tls_ = std::move(tls);
  TellMoved(step);
  moves_.Make(std::move(step), now);
  Begin();
  return absl::OkStatus();
}

void PeerLinks::TellStep(const PeerMoves::Step& step) const {
  EventLog* const events = parts_.following.events;
  for (const MemberId& member : step.newly_held_back) {
    events->Write(Event::kPeerMoveHeldBack, {{"peer", member}});
  }
  for (const Peer& peer : step.places.peers) {
    parts_.following.metrics->peer_place_conflict.Set(
        {{"peer", LabelValue::OfMember(peer.member)}},
        step.places.conflicts.contains(peer.member) ? 1 : 0);
  }
  for (const MemberId& member : step.newly_in_conflict) {
    events->Write(Event::kMemberPlaceConflict, {{"peer", member}});
  }
}

void PeerLinks::TellMoved(const PeerMoves::Step& step) const {
  for (const Peer& peer : step.places.peers) {
    if (!step.moved.contains(peer.member)) continue;
    const std::string ca_sha256 = absl::BytesToHexString(Sha256(peer.ca_bundle_pem));
    parts_.following.events->Write(Event::kPeerMoved, {{"peer", peer.member},
                                                       {"endpoint", OwnText(peer.endpoint)},
                                                       {"trust_domain", OwnText(peer.trust_domain)},
                                                       {"ca_bundle_sha256", OwnText(ca_sha256)}});
  }
}

}  // namespace mrg
