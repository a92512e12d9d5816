#include "gateway/daemon/peer_links.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/event_log.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/rpc/peers/grpc_peer_connection.h"
#include "gateway/rpc/peers/peer_channel.h"

namespace mrg {
namespace {

// Of every call to a peer.
constexpr absl::Duration kCallTimeout = absl::Seconds(5);

}  // namespace

absl::StatusOr<ConnectionsByMember> ConnectPeers(const NodeConfig& config,
                                                 const std::vector<Peer>& peers,
                                                 const Clock* clock) {
  ConnectionsByMember connections;
  for (const Peer& peer : peers) {
    PeerChannelOptions options = {peer.endpoint, peer.trust_domain, peer.ca_bundle_pem,
                                  config.certificate_pem, config.private_key_pem};
    // Who polls often wants to be back as soon.
    options.reconnect_max = std::min(options.reconnect_max, config.poll_period);
    MRG_ASSIGN_OR_RETURN(const auto channel, NewPeerChannel(options));
    connections.emplace(peer.member,
                        std::make_shared<GrpcPeerConnection>(channel, kCallTimeout, clock));
  }
  return connections;
}

PeerLinks::PeerLinks(Parts parts, PeerPlaces places)
    : parts_(std::move(parts)), places_(std::move(places)) {
  Begin();
}

void PeerLinks::Begin() {
  std::map<std::string, MemberId> members;
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const Peer& peer = places_.peers[i];
    members.emplace(peer.trust_domain, peer.member);
    parts_.following.metrics->peer_from_list.Set(
        {{"peer", LabelValue::OfMember(peer.member)}},
        SamePlace(peer, parts_.configured.peers[i]) ? 0 : 1);
  }
  parts_.domains->Replace(std::move(members));
  peers_ = std::make_unique<FollowedPeers>(parts_.config->member, places_.peers,
                                           parts_.connections->all(), parts_.config->poll_period,
                                           parts_.following, parts_.hints);
}

absl::Status PeerLinks::Look() {
  MRG_ASSIGN_OR_RETURN(PeerPlaces next,
                       CurrentPlaces(parts_.configured, *parts_.list, parts_.store));
  bool moved = peers_ == nullptr;
  for (size_t i = 0; i < next.peers.size(); ++i) {
    moved = moved || !SamePlace(next.peers[i], places_.peers[i]);
  }
  if (!moved) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(ConnectionsByMember connections,
                       ConnectPeers(*parts_.config, next.peers, parts_.following.clock));
  // First, so that what is to be delivered finds the new ones: with the end of following the old
  // ones are cut.
  parts_.connections->Replace(std::move(connections));
  peers_.reset();
  const PeerPlaces before = std::exchange(places_, std::move(next));
  Tell(before);
  parts_.identity->Replace(places_.bundles);
  const std::string cas = places_.bundles.all_pem();
  if (cas != before.bundles.all_pem() || !listening_) {
    listening_ = false;
    MRG_RETURN_IF_ERROR(parts_.replace_cas(cas));
    listening_ = true;
  }
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

}  // namespace mrg
