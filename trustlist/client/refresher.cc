#include "trustlist/client/refresher.h"

#include <algorithm>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/retry_schedule.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

namespace {

RetrySchedule RetryOf(const RefreshSchedule& schedule) {
  return RetrySchedule(schedule.retry_first, schedule.retry_max, schedule.seed);
}

}  // namespace

Refresher::Refresher(std::vector<Updater*> sources, RefreshSchedule schedule,
                     PutInForceFn put_in_force, RefreshObserver observer)
    : sources_(std::move(sources)),
      put_in_force_(std::move(put_in_force)),
      observer_(std::move(observer)),
      turn_(schedule.poll, RetryOf(schedule), schedule.spread),
      reached_(sources_.size(), Turn(absl::ZeroDuration(), RetryOf(schedule))) {}

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
  const bool hinted = hinted_version > version_in_force_ &&
                      turn_.DueWhenAsked(now, /*distance=*/absl::ZeroDuration());
  if (hinted || turn_.Due(now)) Refresh(hinted ? source : 0, now);
  return turn_.next();
}

void Refresher::Refresh(size_t first_source, absl::Time now) {
  absl::StatusOr<Updater::Verified> verified = VerifyFromAny(first_source, now);
  absl::Status status = verified.status();
  std::optional<InForceSet> set;
  bool changed = false;
  if (verified.ok()) {
    status = put_in_force_(verified->set, now);
    changed = status.ok() && verified->changed;
    if (!status.ok()) sources_[0]->KeepContent(verified->set);
    set = std::move(verified->set.set);
  }
  if (status.ok()) {
    const RoleVersion* timestamp = set->FindRole(kTimestampRole);
    version_in_force_ = timestamp == nullptr ? 0 : timestamp->version;
    turn_.Succeeded(now);
  } else {
    turn_.Failed(now);
  }
  if (observer_.on_refreshed) observer_.on_refreshed(status, changed, set);
}

// Whatever a source refuses or cannot give, another one may; all are checked alike. Of a frozen
// publisher nobody is asked.
absl::StatusOr<Updater::Verified> Refresher::VerifyFromAny(size_t first_source, absl::Time now) {
  std::optional<absl::Status> first_refusal;
  for (const size_t source : Order(first_source, now)) {
    if (observer_.on_source_asked) observer_.on_source_asked(source);
    absl::StatusOr<Updater::Verified> outcome = sources_[source]->Verify(now);
    const std::optional<Reason> reason = ReasonOf(outcome.status());
    if (reason == Reason::kFetchFailed) {
      reached_[source].Failed(now);
    } else {
      reached_[source].Succeeded(now);
    }
    if (!outcome.ok() && observer_.on_source_refused) {
      observer_.on_source_refused(source, outcome.status());
    }
    if (outcome.ok() || reason == Reason::kPublisherFrozen) return outcome;
    if (!first_refusal.has_value()) first_refusal = outcome.status();
  }
  return *first_refusal;
}

// A source that is silent costs its whole deadline; while it waits for its time, those that answer
// come first.
std::vector<size_t> Refresher::Order(size_t first_source, absl::Time now) const {
  std::vector<size_t> order = {first_source};
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (i != first_source) order.push_back(i);
  }
  std::stable_partition(order.begin(), order.end(),
                        [&](size_t source) { return reached_[source].Due(now); });
  return order;
}

}  // namespace mrg
