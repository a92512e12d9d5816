#include "gateway/federation/follow/peer_followers.h"

#include <string>
#include <utility>

namespace mrg {

PeerFollowers::PeerFollowers(const MemberId& own, const std::vector<Peer>& peers,
                             const ConnectionsByMember& connections, absl::Duration poll_period,
                             const PeerFollower::Parts& parts, TrustHints* hints, Wake wake)
    : wake_(std::move(wake)) {
  for (const Peer& peer : peers) {
    followers_.push_back(std::make_unique<PeerFollower>(
        own, peer, connections, poll_period, parts,
        PeerFollower::Hints{
            [this](const MemberId& from, const MemberId& publisher, int64_t version) {
              PeerFollower* const follower = FollowerOf(publisher);
              if (follower != nullptr && follower->Hint(from, version)) wake_(publisher);
            },
            [this](const MemberId& from, const MemberId& publisher) {
              PeerFollower* const follower = FollowerOf(publisher);
              if (follower != nullptr && follower->HintRoot(from)) wake_(publisher);
            }}));
  }
  // What changed here may contradict what a peer holds of it: after a restore from a backup, say.
  own_changes_ = hints->Subscribe([this, own = own.value()](const std::string& publisher, int64_t) {
    if (publisher != own) return;
    for (const auto& follower : followers_) follower->HintHeads();
  });
}

PeerFollowers::~PeerFollowers() { Stop(); }

void PeerFollowers::RunOnce(absl::Time now) {
  for (const auto& follower : followers_) follower->RunLink(now);
  for (const auto& follower : followers_) follower->RunLists(now);
}

void PeerFollowers::Cut() {
  for (const auto& follower : followers_) follower->Cut();
}

void PeerFollowers::Stop() {
  own_changes_.reset();
  for (const auto& follower : followers_) follower->Stop();
}

PeerFollower* PeerFollowers::FollowerOf(const MemberId& publisher) const {
  for (const auto& follower : followers_) {
    if (follower->member() == publisher) return follower.get();
  }
  return nullptr;
}

}  // namespace mrg
