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
      reached_(sources_.size(), Turn(absl::ZeroDuration(), RetryOf(schedule))),
      hint_turns_(sources_.size(), Turn(absl::ZeroDuration(), RetryOf(schedule))),
      hinted_versions_(sources_.size()) {}

void Refresher::Hint(int64_t version, size_t source) {
  if (source >= sources_.size()) return;
  MutexLock lock(mu_);
  hinted_versions_[source] = std::max(hinted_versions_[source], version);
}

absl::Time Refresher::RunOnce(absl::Time now) {
  const bool due = turn_.Due(now);
  // What was refused is not hurried; its hints wait with it.
  std::optional<size_t> hinting;
  if (turn_.DueWhenAsked(now, /*distance=*/absl::ZeroDuration())) hinting = TakeHint(now);
  if (hinting.has_value() || due) {
    const int64_t before = version_in_force_;
    Refresh(hinting.value_or(0), now);
    if (hinting.has_value()) {
      if (version_in_force_ > before) {
        hint_turns_[*hinting].Succeeded(now);
      } else {
        hint_turns_[*hinting].Failed(now);
      }
    }
  }
  return turn_.failures() > 0 ? turn_.next() : std::min(turn_.next(), NextHint());
}

std::optional<size_t> Refresher::TakeHint(absl::Time now) {
  MutexLock lock(mu_);
  std::optional<size_t> best;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (hinted_versions_[i] <= version_in_force_ || !hint_turns_[i].Due(now)) continue;
    if (!best.has_value() || hinted_versions_[i] > hinted_versions_[*best]) best = i;
  }
  if (best.has_value()) hinted_versions_[*best] = 0;
  return best;
}

absl::Time Refresher::NextHint() const {
  MutexLock lock(mu_);
  absl::Time next = absl::InfiniteFuture();
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (hinted_versions_[i] > version_in_force_) next = std::min(next, hint_turns_[i].next());
  }
  return next;
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
