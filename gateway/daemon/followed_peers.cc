#include "gateway/daemon/followed_peers.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

// Between turns without a hint; a turn in which nothing is due costs microseconds.
constexpr absl::Duration kTurnPeriod = absl::Milliseconds(200);

}  // namespace

FollowedPeers::FollowedPeers(const MemberId& own, const std::vector<Peer>& peers,
                             const ConnectionsByMember& connections, absl::Duration poll_period,
                             const PeerFollower::Parts& parts, TrustHints* hints)
    : connections_(connections),
      followers_(own, peers, connections, poll_period, parts, hints,
                 [this](const MemberId& member) { Wake(member); }) {
  MutexLock lock(mu_);
  for (const auto& follower : followers_.all()) {
    Tasks& tasks = tasks_[follower->member()];
    const auto start = [&](absl::string_view what, auto turn) {
      return std::make_unique<PeriodicTask>(absl::StrCat(what, follower->member().value()),
                                            kTurnPeriod, std::move(turn), parts.clock);
    };
    PeerFollower* const one = follower.get();
    tasks.lists = start("list-", [one](absl::Time now) { one->RunLists(now); });
    tasks.link = start("link-", [one](absl::Time now) { one->RunLink(now); });
  }
}

FollowedPeers::~FollowedPeers() {
  // A turn waits for its peer up to the deadline of a call, and a peer decides how many calls.
  followers_.Cut();
  for (const auto& [member, connection] : connections_) connection->Cut();
  std::map<MemberId, Tasks> tasks;
  {
    MutexLock lock(mu_);
    tasks.swap(tasks_);
  }
  // Without the lock: a turn that ends now may wake another one.
  tasks.clear();
  followers_.Stop();
}

void FollowedPeers::Wake(const MemberId& member) {
  MutexLock lock(mu_);
  const auto found = tasks_.find(member);
  if (found != tasks_.end()) found->second.lists->Wake();
}

}  // namespace mrg
