#include "trustlist/refresher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "trustlist/repository_names.h"

namespace mrg {

Refresher::Refresher(std::vector<Updater*> sources, RefreshSchedule schedule,
                     PutInForceFn put_in_force, RefreshObserver observer)
    : sources_(std::move(sources)),
      schedule_(schedule),
      put_in_force_(std::move(put_in_force)),
      observer_(std::move(observer)) {}

void Refresher::Hint(int64_t version, size_t source) {
  MutexLock lock(mu_);
  if (version <= hinted_version_ || source >= sources_.size()) return;
  hinted_version_ = version;
  hinted_source_ = source;
}

absl::Time Refresher::RunOnce(absl::Time now) {
  int64_t hinted_version = 0;
  size_t source = 0;
  {
    MutexLock lock(mu_);
    std::swap(hinted_version, hinted_version_);
    std::swap(source, hinted_source_);
  }
  // A hint does not shorten the distance after refusals: a peer that fails must not be able to make
  // us work harder by hinting.
  const bool hinted = hinted_version > version_in_force_ && refusals_ == 0;
  // A clock that stepped back would leave `due_` far in the future.
  const bool stepped_back = due_ > now + schedule_.poll + schedule_.retry_max;
  if (hinted || stepped_back || due_ <= now) Refresh(hinted ? source : 0, now);
  return due_;
}

void Refresher::Refresh(size_t first_source, absl::Time now) {
  absl::StatusOr<Updater::Outcome> outcome = RefreshFromAny(first_source, now);
  absl::Status status = outcome.status();
  std::optional<InForceSet> set;
  bool changed = false;
  if (outcome.ok()) {
    changed = outcome->changed;
    set = std::move(outcome->in_force);
    if (put_in_force_) status = put_in_force_(*set, now);
  }
  if (status.ok()) {
    refusals_ = 0;
    const RoleVersion* timestamp = set->FindRole(kTimestampRole);
    version_in_force_ = timestamp == nullptr ? 0 : timestamp->version;
    due_ = now + Jittered(schedule_.poll);
  } else {
    absl::Duration distance = schedule_.retry_first;
    for (int i = 0; i < refusals_ && distance < schedule_.retry_max; ++i) distance *= 2;
    due_ = now + Jittered(std::min(distance, schedule_.retry_max));
    ++refusals_;
  }
  if (observer_.on_refreshed) observer_.on_refreshed(status, changed, set);
}

// Whatever a source refuses or cannot give, another one may; all are checked alike. Of a frozen
// publisher nobody is asked.
absl::StatusOr<Updater::Outcome> Refresher::RefreshFromAny(size_t first_source, absl::Time now) {
  const auto refresh = [&](size_t source) {
    absl::StatusOr<Updater::Outcome> outcome = sources_[source]->Refresh(now);
    if (!outcome.ok() && observer_.on_source_refused) {
      observer_.on_source_refused(source, outcome.status());
    }
    return outcome;
  };
  absl::StatusOr<Updater::Outcome> first = refresh(first_source);
  if (first.ok() || ReasonOf(first.status()) == Reason::kPublisherFrozen) return first;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (i == first_source) continue;
    absl::StatusOr<Updater::Outcome> outcome = refresh(i);
    if (outcome.ok() || ReasonOf(outcome.status()) == Reason::kPublisherFrozen) return outcome;
  }
  return first;
}

absl::Duration Refresher::Jittered(absl::Duration distance) const {
  // By hash, not by chance: the same node repeats itself, different nodes and turns do not.
  const std::string hash = Sha256(
      absl::StrCat(sources_[0]->publisher().value(), "/", version_in_force_, "/", refusals_));
  const double part = static_cast<unsigned char>(hash[0]) / 256.0;
  return distance * (1.0 - schedule_.jitter * part);
}

}  // namespace mrg
