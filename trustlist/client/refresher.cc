#include "trustlist/client/refresher.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/retry_schedule.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

namespace {

// A relay that is slow to give nothing takes at most one part in so many of the time in which the
// others could be asked.
constexpr int kRestPerWork = 10;

RetrySchedule RetryOf(const RefreshSchedule& schedule) {
  return RetrySchedule(schedule.retry_first, schedule.retry_max, schedule.seed);
}

}  // namespace

Refresher::Refresher(std::vector<Updater*> sources, RefreshSchedule schedule,
                     PutInForceFn put_in_force, RefreshObserver observer, const Clock* clock)
    : sources_(std::move(sources)),
      put_in_force_(std::move(put_in_force)),
      observer_(std::move(observer)),
      clock_(clock),
      turn_(schedule.poll, RetryOf(schedule), schedule.spread),
      reached_(sources_.size(), Turn(absl::ZeroDuration(), RetryOf(schedule))),
      hint_turns_(sources_.size(), Turn(absl::ZeroDuration(), RetryOf(schedule))),
      hinted_versions_(sources_.size()) {}

bool Refresher::Hint(int64_t version, size_t source) {
  if (source >= sources_.size()) return false;
  MutexLock lock(mu_);
  if (version <= hinted_versions_[source]) return false;
  hinted_versions_[source] = version;
  return true;
}

bool Refresher::HintRoot(size_t source) { return Hint(kOfRoot, source); }

absl::Time Refresher::RunOnce(absl::Time now) {
  begun_ = clock_->Monotonic();
  const bool due = turn_.Due(now);
  // What was refused is not hurried; its hints wait with it.
  std::optional<Hinting> hint;
  if (turn_.DueWhenAsked(now, /*distance=*/absl::ZeroDuration())) hint = TakeHint(now);
  if (hint.has_value()) {
    Follow(*hint, now);
  } else if (due) {
    Refresh(0, now);
  }
  return turn_.failures() > 0 ? turn_.next() : std::min(turn_.next(), NextHint());
}

// What the publisher's node has is in force before a relay that says more can take its time.
void Refresher::Follow(const Hinting& hint, absl::Time now) {
  const int64_t before = version_in_force_;
  const int64_t root_before = root_in_force_;
  const bool own_answers = reached_[0].failures() == 0;
  absl::Duration asked = clock_->Monotonic();
  const std::optional<size_t> served = Refresh(own_answers ? 0 : hint.source, now);
  bool brought = version_in_force_ > before || root_in_force_ > root_before;
  if (served.has_value() && *served != hint.source && !Brought(hint, root_before) &&
      reached_[hint.source].Due(now)) {
    const int64_t elsewhere = version_in_force_;
    const int64_t root_elsewhere = root_in_force_;
    asked = clock_->Monotonic();
    absl::StatusOr<Updater::Verified> further = VerifyFrom(hint.source, now);
    if (further.ok() && further->changed) TakeIn(*std::move(further), now);
    brought = version_in_force_ > elsewhere || root_in_force_ > root_elsewhere;
  }
  Turn& turn = hint_turns_[hint.source];
  if (brought) {
    turn.Succeeded(now);
  } else {
    // The publisher's node holds up nobody's lists but its own.
    const absl::Duration took = clock_->Monotonic() - asked;
    turn.Failed(EndOf(now), hint.source == 0 ? absl::ZeroDuration() : kRestPerWork * took);
  }
}

std::optional<Refresher::Hinting> Refresher::TakeHint(absl::Time now) {
  MutexLock lock(mu_);
  std::optional<Hinting> best;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (hinted_versions_[i] <= version_in_force_ || !hint_turns_[i].Due(now)) continue;
    if (!best.has_value() || (best->source != 0 && hinted_versions_[i] > best->version)) {
      best = Hinting{i, hinted_versions_[i]};
    }
  }
  if (best.has_value()) hinted_versions_[best->source] = 0;
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

// Whatever a source refuses or cannot give, another one may; all are checked alike. Of a frozen
// publisher nobody is asked.
std::optional<size_t> Refresher::Refresh(size_t first_source, absl::Time now) {
  std::optional<absl::Status> refusal;
  for (const size_t source : Order(first_source, now)) {
    absl::StatusOr<Updater::Verified> verified = VerifyFrom(source, now);
    if (verified.ok()) {
      TakeIn(*std::move(verified), now);
      return turn_.failures() == 0 ? std::optional<size_t>(source) : std::nullopt;
    }
    const bool frozen = ReasonOf(verified.status()) == Reason::kPublisherFrozen;
    if (frozen || !refusal.has_value()) refusal = verified.status();
    if (frozen) break;
  }
  turn_.Failed(EndOf(now));
  if (observer_.on_refreshed) observer_.on_refreshed(*refusal, /*changed=*/false, std::nullopt);
  return std::nullopt;
}

void Refresher::TakeIn(Updater::Verified verified, absl::Time now) {
  const absl::Status status = put_in_force_(verified.set, now);
  if (!status.ok()) sources_[0]->KeepContent(verified.set);
  const InForceSet& set = verified.set.set;
  if (status.ok()) {
    const RoleVersion* timestamp = set.FindRole(kTimestampRole);
    version_in_force_ = timestamp == nullptr ? 0 : timestamp->version;
    const RoleVersion* root = set.FindRole(kRootRole);
    RootInForce(root == nullptr ? 0 : root->version);
    turn_.Succeeded(now);
  } else {
    turn_.Failed(EndOf(now));
  }
  if (observer_.on_refreshed) observer_.on_refreshed(status, status.ok() && verified.changed, set);
}

void Refresher::RootInForce(int64_t version) {
  if (std::exchange(root_in_force_, version) >= version) return;
  // What hinted at a root may have meant this one; if it did not, it is said again.
  MutexLock lock(mu_);
  std::replace(hinted_versions_.begin(), hinted_versions_.end(), kOfRoot, int64_t{0});
}

absl::StatusOr<Updater::Verified> Refresher::VerifyFrom(size_t source, absl::Time now) {
  if (observer_.on_source_asked) observer_.on_source_asked(source);
  absl::StatusOr<Updater::Verified> outcome = sources_[source]->Verify(now);
  if (ReasonOf(outcome.status()) == Reason::kFetchFailed) {
    reached_[source].Failed(EndOf(now));
  } else {
    reached_[source].Succeeded(now);
  }
  if (!outcome.ok() && observer_.on_source_refused) {
    observer_.on_source_refused(source, outcome.status());
  }
  return outcome;
}

// A source that is silent costs its whole deadline: those that answered last come before one that
// did not, and that before one whose time has not come again.
std::vector<size_t> Refresher::Order(size_t first_source, absl::Time now) const {
  std::vector<size_t> order(sources_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto rank = [&](size_t source) {
    if (!reached_[source].Due(now)) return 3;
    if (source == first_source) return 0;
    return reached_[source].failures() == 0 ? 1 : 2;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return rank(a) < rank(b); });
  return order;
}

}  // namespace mrg
