#include "gateway/daemon/followed_peer.h"

#include <algorithm>
#include <iterator>
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
RefreshSchedule ScheduleOf(absl::Duration poll_period, uint64_t seed) {
  RefreshSchedule schedule;
  schedule.poll = poll_period;
  schedule.seed = seed;
  schedule.retry_first = std::min(schedule.retry_first, poll_period);
  schedule.retry_max = std::clamp(poll_period, schedule.retry_first, kReconnectMax);
  return schedule;
}

// Different for each peer, so that streams that broke together do not come back together.
uint64_t SeedOf(const MemberId& member) { return absl::HashOf(member); }

}  // namespace

absl::Status StoreFirstRoot(const PeerConfig& peer, const FirstRoots& first_roots, Fetcher* fetcher,
                            OrderedStore* store) {
  MetadataStore metadata(store);
  MRG_ASSIGN_OR_RETURN(const int64_t stored, metadata.NewestVersion(peer.member, kRootRole));
  if (stored > 0) return absl::OkStatus();
  if (peer.first_root.has_value()) {
    return InitTrust(peer.member, *peer.first_root, std::nullopt, &metadata);
  }
  MRG_ASSIGN_OR_RETURN(const std::string digest, first_roots.Confirm(peer));
  return InitTrustFromPeer(peer.member, digest, fetcher, &metadata);
}

struct FollowedPeer::Source {
  Source(MemberId node_id, const MemberId& publisher, std::shared_ptr<grpc::Channel> channel,
         const Parts& parts)
      : node(std::move(node_id)),
        fetcher(publisher, std::move(channel), kCallTimeout, parts.clock),
        updater(publisher, parts.store, &fetcher, MetadataLimits(),
                [forks = parts.forks](const trustlist::v1::ForkEvidence& evidence) {
                  forks->OnFork(evidence);
                }) {}

  const MemberId node;
  GrpcFetcher fetcher;
  Updater updater;
};

FollowedPeer::FollowedPeer(PeerConfig config, std::shared_ptr<grpc::Channel> channel,
                           const std::map<std::string, std::shared_ptr<grpc::Channel>>& relays,
                           absl::Duration poll_period, Parts parts, OnHint on_hint)
    : config_(std::move(config)),
      channel_(std::move(channel)),
      parts_(parts),
      sources_([&] {
        std::vector<std::unique_ptr<Source>> sources;
        sources.push_back(
            std::make_unique<Source>(config_.member, config_.member, channel_, parts_));
        for (const auto& [relay, relay_channel] : relays) {
          sources.push_back(std::make_unique<Source>(*MemberId::Parse(relay), config_.member,
                                                     relay_channel, parts_));
        }
        return sources;
      }()),
      load_progress_(config_.member, parts_.metrics, parts_.events),
      refresher_(
          Updaters(), ScheduleOf(poll_period, SeedOf(config_.member)),
          [this](const InForceSet& set, absl::Time now) { return parts_.intake->Take(set, now); },
          RefreshObserver{
              [this](const absl::Status& status, bool changed,
                     const std::optional<InForceSet>& set) { OnRefreshed(status, changed, set); },
              [this](size_t source, const absl::Status& status) {
                OnSourceRefused(source, status);
              }}),
      head_client_(config_.member, channel_, kCallTimeout, poll_period, parts_.heads, parts_.clock,
                   parts_.events),
      key_fetcher_(config_.member, channel_, kCallTimeout, parts_.snapshots, parts_.epoch_keys,
                   parts_.clock, parts_.events),
      retries_(kReconnectFirst, kReconnectMax, SeedOf(config_.member)) {
  for (Updater* updater : Updaters()) {
    updater->TellProgress([this](absl::string_view path, const TreeSyncProgress& progress) {
      load_progress_.Tell(path, progress);
    });
  }
  watcher_ = std::make_unique<HintWatcher>(
      channel_, retries_,
      [this, on_hint = std::move(on_hint)](const MemberId& publisher, int64_t version) {
        head_client_.Hint();
        on_hint(config_.member, publisher, version);
      });
}

FollowedPeer::~FollowedPeer() { Stop(); }

void FollowedPeer::Start() {
  MutexLock lock(mu_);
  task_ = std::make_unique<PeriodicTask>(
      "peer-" + config_.member.value(), kTurnPeriod, [this](absl::Time now) { RunOnce(now); },
      parts_.clock);
}

void FollowedPeer::Stop() {
  std::unique_ptr<PeriodicTask> task;
  {
    MutexLock lock(mu_);
    task = std::move(task_);
  }
  task.reset();
  watcher_.reset();
}

std::vector<Updater*> FollowedPeer::Updaters() const {
  std::vector<Updater*> updaters;
  for (const auto& source : sources_) updaters.push_back(&source->updater);
  return updaters;
}

void FollowedPeer::RunOnce(absl::Time now) {
  // Hints about other publishers, and heads, are worth having before this one's root is.
  watcher_->RunOnce(now);
  if (EnsureFirstRoot(now)) {
    MutexLock turn(parts_.turns->Of(config_.member));
    refresher_.RunOnce(now);
  }
  head_client_.RunOnce(now);
  key_fetcher_.RunOnce(now);
}

bool FollowedPeer::EnsureFirstRoot(absl::Time now) {
  if (has_root_) return true;
  // A word that is missing may be published here or by the hub at any moment; looking costs no
  // call.
  const absl::Status confirmed = ConfirmFirstRoot();
  if (!confirmed.ok()) {
    if (confirmed != unconfirmed_) parts_.intake->Refused(config_.member, confirmed);
    unconfirmed_ = confirmed;
    return false;
  }
  const bool waiting = root_failures_ > 0 && root_tried_at_ <= now &&
                       now < root_tried_at_ + retries_.WaitAfter(root_failures_);
  if (waiting) return false;
  root_tried_at_ = now;
  absl::Status status;
  for (const auto& source : sources_) {
    status = StoreFirstRoot(config_, *parts_.first_roots, &source->fetcher, parts_.store);
    if (status.ok()) break;
  }
  has_root_ = status.ok();
  if (!has_root_) {
    ++root_failures_;
    parts_.intake->Refused(config_.member, status);
  }
  return has_root_;
}

absl::Status FollowedPeer::ConfirmFirstRoot() const {
  if (config_.first_root.has_value()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const int64_t stored,
                       MetadataStore(parts_.store).NewestVersion(config_.member, kRootRole));
  return stored > 0 ? absl::OkStatus() : parts_.first_roots->Confirm(config_).status();
}

void FollowedPeer::Hint(const MemberId& source, int64_t version) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i]->node == source) refresher_.Hint(version, i);
  }
  MutexLock lock(mu_);
  hinted_at_.emplace(version, parts_.clock->Monotonic());
  // Versions that nobody publishes do not stand in the way of those that come.
  if (hinted_at_.size() > kHintsMax) hinted_at_.erase(std::prev(hinted_at_.end()));
  if (task_ != nullptr) task_->Wake();
}

void FollowedPeer::OnSourceRefused(size_t source, const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  // That a relay is away, or does not follow this peer, is no news of the peer.
  const bool relay_has_nothing =
      source > 0 && (reason == Reason::kFetchFailed || reason == Reason::kMetadataNotFound);
  if (!relay_has_nothing) parts_.intake->Refused(config_.member, status);
}

void FollowedPeer::OnRefreshed(const absl::Status& status, bool changed,
                               const std::optional<InForceSet>& set) {
  if (!status.ok()) {
    // Without a set the sources refused, each of which has been told.
    if (set.has_value()) parts_.intake->Refused(config_.member, status);
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
