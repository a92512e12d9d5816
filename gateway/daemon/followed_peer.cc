#include "gateway/daemon/followed_peer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/hash/hash.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/first_trust.h"
#include "trustlist/repository_names.h"

namespace mrg {
namespace {

// Between turns without a hint; a turn in which nothing is due costs microseconds.
constexpr absl::Duration kTurnPeriod = absl::Milliseconds(200);
constexpr absl::Duration kCallTimeout = absl::Seconds(5);
constexpr absl::Duration kReconnectFirst = absl::Milliseconds(500);
constexpr absl::Duration kReconnectMax = absl::Seconds(30);
// Hinted versions that are remembered for the propagation figure.
constexpr size_t kHintsMax = 64;

// Lists are valid for an hour, so a peer that came back is found sooner than that, however seldom
// it is polled otherwise.
RefreshSchedule ScheduleOf(absl::Duration poll_period) {
  RefreshSchedule schedule;
  schedule.poll = poll_period;
  schedule.retry_first = std::min(schedule.retry_first, poll_period);
  schedule.retry_max = std::clamp(poll_period, schedule.retry_first, kReconnectMax);
  return schedule;
}

// Different for each peer, so that streams that broke together do not come back together.
uint64_t SeedOf(const MemberId& member) { return absl::HashOf(member); }

}  // namespace

absl::Status StoreFirstRoot(const PeerConfig& peer, Fetcher* fetcher, OrderedStore* store) {
  MetadataStore metadata(store);
  if (peer.first_root.has_value()) {
    return InitTrust(peer.member, *peer.first_root, std::nullopt, &metadata);
  }
  return InitTrustFromPeer(peer.member, peer.first_root_sha256, fetcher, &metadata);
}

FollowedPeer::FollowedPeer(PeerConfig config, std::shared_ptr<grpc::Channel> channel,
                           absl::Duration poll_period, Parts parts)
    : config_(std::move(config)),
      channel_(std::move(channel)),
      parts_(parts),
      fetcher_(config_.member, channel_, kCallTimeout, parts_.clock),
      updater_(config_.member, parts_.store, &fetcher_),
      load_progress_(config_.member, parts_.metrics, parts_.events),
      refresher_(
          {&updater_}, ScheduleOf(poll_period),
          [this](const InForceSet& set, absl::Time now) { return parts_.intake->Take(set, now); },
          RefreshObserver{
              [this](const MemberId&, const absl::Status& status, bool changed,
                     const std::optional<InForceSet>& set) { OnRefreshed(status, changed, set); }}),
      key_fetcher_(config_.member, channel_, kCallTimeout, parts_.snapshots, parts_.epoch_keys,
                   parts_.clock, parts_.events),
      retries_(kReconnectFirst, kReconnectMax, SeedOf(config_.member)) {
  updater_.TellProgress([this](absl::string_view path, const TreeSyncProgress& progress) {
    load_progress_.Tell(path, progress);
  });
  watcher_ = std::make_unique<HintWatcher>(
      channel_, retries_,
      [this](const MemberId& publisher, int64_t version) { OnHint(publisher, version); });
  MutexLock lock(mu_);
  task_ = std::make_unique<PeriodicTask>(
      "peer-" + config_.member.value(), kTurnPeriod, [this](absl::Time now) { RunOnce(now); },
      parts_.clock);
}

FollowedPeer::~FollowedPeer() {
  std::unique_ptr<PeriodicTask> task;
  {
    MutexLock lock(mu_);
    task = std::move(task_);
  }
  task.reset();
  watcher_.reset();
}

void FollowedPeer::RunOnce(absl::Time now) {
  if (!EnsureFirstRoot(now)) return;
  watcher_->RunOnce(now);
  {
    MutexLock turn(parts_.turns->Of(config_.member));
    refresher_.RunOnce(now);
  }
  key_fetcher_.RunOnce(now);
}

bool FollowedPeer::EnsureFirstRoot(absl::Time now) {
  if (has_root_) return true;
  const bool waiting = root_failures_ > 0 && root_tried_at_ <= now &&
                       now < root_tried_at_ + retries_.WaitAfter(root_failures_);
  if (waiting) return false;
  root_tried_at_ = now;
  const absl::Status status = StoreFirstRoot(config_, &fetcher_, parts_.store);
  has_root_ = status.ok();
  if (!has_root_) {
    ++root_failures_;
    parts_.intake->Refused(config_.member, status);
  }
  return has_root_;
}

void FollowedPeer::OnHint(const MemberId& publisher, int64_t version) {
  if (publisher != config_.member) return;
  refresher_.Hint(publisher, version);
  MutexLock lock(mu_);
  if (hinted_at_.size() < kHintsMax) hinted_at_.emplace(version, parts_.clock->Monotonic());
  if (task_ != nullptr) task_->Wake();
}

void FollowedPeer::OnRefreshed(const absl::Status& status, bool changed,
                               const std::optional<InForceSet>& set) {
  if (!status.ok()) {
    parts_.intake->Refused(config_.member, status);
    return;
  }
  const RoleVersion* const timestamp = set->FindRole(kTimestampRole);
  if (timestamp == nullptr) return;
  MutexLock lock(mu_);
  while (!hinted_at_.empty() && hinted_at_.begin()->first <= timestamp->version) {
    // Only the version that went in force was carried through; older ones were passed over.
    if (changed && hinted_at_.begin()->first == timestamp->version) {
      const absl::Duration took = parts_.clock->Monotonic() - hinted_at_.begin()->second;
      parts_.metrics->propagation_seconds.Observe(
          {{"publisher", LabelValue::OfMember(config_.member)}}, absl::ToDoubleSeconds(took));
    }
    hinted_at_.erase(hinted_at_.begin());
  }
}

}  // namespace mrg
