#include "gateway/daemon/peer_links.h"

#include <map>

#include "absl/strings/escaping.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {

absl::Status PeerLinks::Start(const FollowedPeer::Parts& following) {
  following_ = std::make_unique<FollowedPeer::Parts>(following);
  return Begin();
}

absl::Status PeerLinks::Begin() {
  std::map<std::string, MemberId> members;
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const PeerConfig& peer = places_.peers[i];
    members.emplace(peer.trust_domain, peer.member);
    parts_.metrics->peer_from_list.Set({{"peer", LabelValue::OfMember(peer.member)}},
                                       SamePlace(peer, parts_.config->peers[i]) ? 0 : 1);
  }
  parts_.domains->Replace(std::move(members));
  MRG_ASSIGN_OR_RETURN(
      peers_, FollowedPeers::Start(*parts_.config, places_.peers, *following_, parts_.hints));
  parts_.disputes->Start(peers_->channels());
  return absl::OkStatus();
}

absl::Status PeerLinks::Look() {
  MRG_ASSIGN_OR_RETURN(PeerPlaces next, CurrentPlaces(*parts_.config, *parts_.list, parts_.store));
  bool moved = peers_ == nullptr;
  for (size_t i = 0; i < next.peers.size(); ++i) {
    moved = moved || !SamePlace(next.peers[i], places_.peers[i]);
  }
  if (!moved) return absl::OkStatus();
  Stop();
  const PeerPlaces before = std::exchange(places_, std::move(next));
  Tell(before);
  parts_.identity->Replace(places_.bundles);
  const std::string cas = places_.bundles.all_pem();
  if (cas != before.bundles.all_pem() || !listening_) {
    listening_ = false;
    MRG_RETURN_IF_ERROR(parts_.replace_cas(cas));
    listening_ = true;
  }
  return Begin();
}

void PeerLinks::Tell(const PeerPlaces& before) const {
  for (size_t i = 0; i < places_.peers.size(); ++i) {
    const PeerConfig& peer = places_.peers[i];
    if (SamePlace(peer, before.peers[i])) continue;
    const std::string ca_sha256 = absl::BytesToHexString(Sha256(peer.ca_bundle_pem));
    parts_.events->Write(Event::kPeerMoved, {{"peer", peer.member},
                                             {"endpoint", OwnText(peer.endpoint)},
                                             {"trust_domain", OwnText(peer.trust_domain)},
                                             {"ca_bundle_sha256", OwnText(ca_sha256)}});
  }
}

void PeerLinks::Stop() {
  parts_.disputes->Stop();
  peers_.reset();
}

}  // namespace mrg
