#include "gateway/daemon/followed_peers.h"

#include <algorithm>
#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/rpc/peer_channel.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<FollowedPeers>> FollowedPeers::Start(
    const NodeConfig& config, const std::vector<PeerConfig>& peers, FollowedPeer::Parts parts,
    TrustHints* hints) {
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels;
  for (const PeerConfig& peer : peers) {
    PeerChannelOptions options = {peer.endpoint, peer.trust_domain, peer.ca_bundle_pem,
                                  config.certificate_pem, config.private_key_pem};
    // Who polls often wants to be back as soon.
    options.reconnect_max = std::min(options.reconnect_max, config.poll_period);
    MRG_ASSIGN_OR_RETURN(channels[peer.member.value()], NewPeerChannel(options));
  }
  std::unique_ptr<FollowedPeers> all(new FollowedPeers(std::move(channels)));
  for (const PeerConfig& peer : peers) {
    std::map<std::string, std::shared_ptr<grpc::Channel>> relays = all->channels_;
    relays.erase(peer.member.value());
    all->peers_.push_back(std::make_unique<FollowedPeer>(
        peer, all->channels_.at(peer.member.value()), relays, config.poll_period, parts,
        [all = all.get()](const MemberId& from, const MemberId& publisher, int64_t version) {
          all->OnHint(from, publisher, version);
        }));
  }
  for (const auto& peer : all->peers_) peer->Start();
  // What changed here may contradict what a peer holds of it: after a restore from a backup, say.
  all->own_changes_ = hints->Subscribe(
      [all = all.get(), own = config.member](const std::string& publisher, int64_t) {
        if (publisher != own.value()) return;
        for (const auto& peer : all->peers_) peer->HintHeads();
      });
  return all;
}

FollowedPeers::~FollowedPeers() {
  own_changes_.reset();
  for (const auto& peer : peers_) peer->Stop();
}

void FollowedPeers::OnHint(const MemberId& peer, const MemberId& publisher, int64_t version) const {
  for (const auto& followed : peers_) {
    if (followed->member() == publisher) followed->Hint(peer, version);
  }
}

}  // namespace mrg
