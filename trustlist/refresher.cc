#include "trustlist/refresher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/crypto/digest.h"
#include "trustlist/repository_names.h"

namespace mrg {

Refresher::Refresher(std::vector<Updater*> updaters, RefreshSchedule schedule,
                     PutInForceFn put_in_force, RefreshObserver observer)
    : schedule_(schedule), put_in_force_(std::move(put_in_force)), observer_(std::move(observer)) {
  for (Updater* updater : updaters) peers_[updater->publisher().value()].updater = updater;
}

void Refresher::Hint(const MemberId& publisher, int64_t version) {
  if (!peers_.contains(publisher.value())) return;
  MutexLock lock(mu_);
  int64_t& hinted = hints_[publisher.value()];
  hinted = std::max(hinted, version);
}

absl::Time Refresher::RunOnce(absl::Time now) {
  std::map<std::string, int64_t> hints;
  {
    MutexLock lock(mu_);
    hints.swap(hints_);
  }
  absl::Time next = absl::InfiniteFuture();
  for (auto& [publisher, peer] : peers_) {
    auto hint = hints.find(publisher);
    // A hint does not shorten the distance after refusals: a peer that fails must not be able to
    // make us work harder by hinting.
    const bool hinted =
        hint != hints.end() && hint->second > peer.version_in_force && peer.refusals == 0;
    // A clock that stepped back would leave `due` far in the future.
    const bool stepped_back = peer.due > now + schedule_.poll + schedule_.retry_max;
    if (hinted || stepped_back || peer.due <= now) Refresh(peer, now);
    next = std::min(next, peer.due);
  }
  return next;
}

void Refresher::Refresh(Peer& peer, absl::Time now) {
  absl::StatusOr<Updater::Outcome> outcome = peer.updater->Refresh(now);
  absl::Status status = outcome.status();
  std::optional<InForceSet> set;
  bool changed = false;
  if (outcome.ok()) {
    changed = outcome->changed;
    set = std::move(outcome->in_force);
    if (put_in_force_) status = put_in_force_(*set, now);
  }
  if (status.ok()) {
    peer.refusals = 0;
    const RoleVersion* timestamp = set->FindRole(kTimestampRole);
    peer.version_in_force = timestamp == nullptr ? 0 : timestamp->version;
    peer.due = now + Jittered(schedule_.poll, peer);
  } else {
    absl::Duration distance = schedule_.retry_first;
    for (int i = 0; i < peer.refusals && distance < schedule_.retry_max; ++i) distance *= 2;
    peer.due = now + Jittered(std::min(distance, schedule_.retry_max), peer);
    ++peer.refusals;
  }
  if (observer_.on_refreshed) {
    observer_.on_refreshed(peer.updater->publisher(), status, changed, set);
  }
}

absl::Duration Refresher::Jittered(absl::Duration distance, const Peer& peer) const {
  // By hash, not by chance: the same node repeats itself, different nodes and turns do not.
  const std::string hash = Sha256(absl::StrCat(peer.updater->publisher().value(), "/",
                                               peer.version_in_force, "/", peer.refusals));
  const double part = static_cast<unsigned char>(hash[0]) / 256.0;
  return distance * (1.0 - schedule_.jitter * part);
}

}  // namespace mrg
