#include "gateway/federation/follow/peer_follower.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/base/turn.h"
#include "gateway/crypto/digest.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr absl::Duration kRetryFirst = absl::Milliseconds(500);
// Of lists and streams.
constexpr absl::Duration kRetryMax = absl::Seconds(30);
// Of heads and keys: a node that was restored waits for heads, a licence for its key.
constexpr absl::Duration kLinkRetryMax = absl::Seconds(5);

// Of one node that is asked for lists: the first load of a large member takes minutes, and while a
// node answers slower than that another one may have them.
constexpr absl::Duration kListTurnMax = absl::Minutes(5);
constexpr absl::Duration kLinkTurnMax = absl::Seconds(30);

// Lists are valid for an hour, so a peer that came back is found sooner than that, however seldom
// it is polled otherwise.
RefreshSchedule ScheduleOf(absl::Duration poll_period, uint64_t seed) {
  RefreshSchedule schedule;
  schedule.poll = poll_period;
  schedule.retry_first = std::min(schedule.retry_first, poll_period);
  schedule.retry_max = std::clamp(poll_period, schedule.retry_first, kRetryMax);
  schedule.seed = seed;
  return schedule;
}

RetrySchedule LinkRetry(absl::Duration poll_period, uint64_t seed) {
  const absl::Duration first = std::min(2 * kRetryFirst, poll_period);
  return RetrySchedule(first, std::clamp(poll_period, first, kLinkRetryMax), seed);
}

// Different for each node and peer, so that what broke together does not come back together; the
// same at each start, so that a run can be repeated.
uint64_t SeedOf(const MemberId& own, const MemberId& peer) {
  const std::string digest = Sha256(absl::StrCat(own.value(), "/", peer.value()));
  uint64_t seed = 0;
  for (size_t i = 0; i < sizeof(seed); ++i) {
    seed = seed << 8 | static_cast<unsigned char>(digest[i]);
  }
  return seed;
}

}  // namespace

struct PeerFollower::Source {
  Source(const MemberId& node_id, const MemberId& publisher, PeerConnection* connection,
         const Parts& parts)
      : node(node_id),
        fetcher(connection->FetcherOf(publisher)),
        updater(publisher, parts.store, fetcher.get(), MetadataLimits(),
                [forks = parts.forks](const trustlist::v1::ForkEvidence& evidence) {
                  forks->OnFork(evidence);
                }) {}

  const MemberId node;
  const std::unique_ptr<Fetcher> fetcher;
  Updater updater;
};

PeerFollower::PeerFollower(const MemberId& own, Peer peer, ConnectionsByMember connections,
                           absl::Duration poll_period, Parts parts, Hints hints)
    : peer_(std::move(peer)),
      connections_(std::move(connections)),
      parts_(std::move(parts)),
      seed_(SeedOf(own, peer_.member)),
      sources_(SourcesOf()),
      propagation_(peer_.member, parts_.metrics, parts_.clock),
      list_limit_(parts_.clock),
      load_progress_(peer_.member, parts_.metrics, parts_.events),
      first_root_(peer_, Fetchers(), parts_.first_roots, parts_.store,
                  RetrySchedule(kRetryFirst, kRetryMax, seed_), parts_.refused),
      refresher_(Updaters(), ScheduleOf(poll_period, seed_), parts_.put_in_force,
                 RefreshObserver{[this](const absl::Status& status, bool changed,
                                        const std::optional<InForceSet>& set) {
                                   OnRefreshed(status, changed, set);
                                 },
                                 [this](size_t source, const absl::Status& status) {
                                   OnSourceRefused(source, status);
                                 },
                                 [this](size_t) { list_limit_.Begin(kListTurnMax); }},
                 parts_.clock),
      link_limit_(parts_.clock),
      head_turn_(peer_.member, connections_.at(peer_.member).get(),
                 Turn(poll_period, LinkRetry(poll_period, seed_)), parts_.heads,
                 {[this](absl::Time theirs, absl::Duration asked, absl::Duration answered) {
                    if (!parts_.on_peer_time) return;
                    parts_.on_peer_time(peer_.member, theirs, asked, answered);
                  },
                  [this, hint = std::move(hints.root)](const MemberId& publisher) {
                    hint(peer_.member, publisher);
                  }},
                 parts_.clock, parts_.events),
      hint_turn_(
          connections_.at(peer_.member).get(), kRetryFirst,
          RetrySchedule(kRetryFirst, kRetryMax, seed_),
          [this, hint = std::move(hints.timestamp)](const MemberId& publisher, int64_t version) {
            head_turn_.Hint();
            hint(peer_.member, publisher, version);
          }) {
  if (parts_.epoch_keys != nullptr) {
    key_turn_.emplace(peer_.member, connections_.at(peer_.member).get(),
                      LinkRetry(kLinkRetryMax, seed_), parts_.snapshots, parts_.epoch_keys,
                      parts_.events);
    key_turn_->StopAt(&link_limit_);
  }
  for (Updater* updater : Updaters()) {
    updater->TellProgress([this](absl::string_view path, const TreeSyncProgress& progress) {
      load_progress_.Tell(path, progress);
    });
    updater->StopWhen([this] { return list_limit_.IsOver(); });
  }
}

PeerFollower::~PeerFollower() = default;

void PeerFollower::RunLists(absl::Time now) {
  if (!first_root_.Ensure(now)) return;
  MutexLock turn(parts_.turns->Of(peer_.member));
  refresher_.RunOnce(now);
}

void PeerFollower::RunLink(absl::Time now) {
  link_limit_.Begin(kLinkTurnMax);
  hint_turn_.RunOnce(now);
  head_turn_.RunOnce(now);
  if (key_turn_.has_value()) key_turn_->RunOnce(now);
}

bool PeerFollower::Hint(const MemberId& source, int64_t version) {
  propagation_.Hinted(version);
  return refresher_.Hint(version, PlaceOf(source));
}

bool PeerFollower::HintRoot(const MemberId& source) { return refresher_.HintRoot(PlaceOf(source)); }

size_t PeerFollower::PlaceOf(const MemberId& node) const {
  size_t place = 0;
  while (place < sources_.size() && sources_[place]->node != node) ++place;
  return place;
}

std::vector<std::unique_ptr<PeerFollower::Source>> PeerFollower::SourcesOf() const {
  std::vector<std::unique_ptr<Source>> sources;
  const auto add = [&](const MemberId& node, PeerConnection* connection) {
    sources.push_back(std::make_unique<Source>(node, peer_.member, connection, parts_));
  };
  add(peer_.member, connections_.at(peer_.member).get());
  for (const auto& [relay, connection] : connections_) {
    if (relay != peer_.member) add(relay, connection.get());
  }
  return sources;
}

std::vector<Fetcher*> PeerFollower::Fetchers() const {
  std::vector<Fetcher*> fetchers;
  for (const auto& source : sources_) fetchers.push_back(source->fetcher.get());
  return fetchers;
}

std::vector<Updater*> PeerFollower::Updaters() const {
  std::vector<Updater*> updaters;
  for (const auto& source : sources_) updaters.push_back(&source->updater);
  return updaters;
}

void PeerFollower::OnSourceRefused(size_t source, const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  // That a relay is away, or does not follow this peer, is no news of the peer.
  const bool relay_has_nothing =
      source > 0 && (reason == Reason::kFetchFailed || reason == Reason::kMetadataNotFound);
  if (!relay_has_nothing) parts_.refused(peer_.member, status);
}

void PeerFollower::OnRefreshed(const absl::Status& status, bool changed,
                               const std::optional<InForceSet>& set) {
  if (!status.ok()) {
    // Without a set the sources refused, each of which has been told.
    if (set.has_value()) parts_.refused(peer_.member, status);
    return;
  }
  const RoleVersion* const timestamp = set->FindRole(kTimestampRole);
  if (timestamp != nullptr) propagation_.InForce(timestamp->version, changed);
}

}  // namespace mrg
