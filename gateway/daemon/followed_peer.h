#ifndef MRG_GATEWAY_DAEMON_FOLLOWED_PEER_H_
#define MRG_GATEWAY_DAEMON_FOLLOWED_PEER_H_

// One followed node: its channel, the stream of its hints, the client of its trust lists, the
// exchange of heads with it, its licence-tag keys, and the one thread that gives them their turns.
// A peer that does not answer holds up nobody else, and its lists come from relays meanwhile.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/first_roots.h"
#include "gateway/daemon/load_progress.h"
#include "gateway/daemon/periodic_task.h"
#include "gateway/daemon/trust_intake.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/rpc/epoch_key_fetcher.h"
#include "gateway/rpc/grpc_fetcher.h"
#include "gateway/rpc/head_client.h"
#include "gateway/rpc/hint_watcher.h"
#include "gateway/snapshot/fork_gate.h"
#include "gateway/storage/ordered_store.h"
#include "grpcpp/channel.h"
#include "trustlist/fetcher.h"
#include "trustlist/refresher.h"
#include "trustlist/updater.h"

namespace mrg {

// Stores the peer's first root, unless one is stored: the file that the configuration names, or the
// root that is confirmed, which comes from `fetcher`.
// Errors: as FirstRoots::Confirm, InitTrust and InitTrustFromPeer.
absl::Status StoreFirstRoot(const PeerConfig& peer, const FirstRoots& first_roots, Fetcher* fetcher,
                            OrderedStore* store);

// One client of a publisher at a time, whichever way its lists come: what goes in force on the node
// is in the order in which it was verified. Held over a whole refresh.
//
// Thread-safe.
class FollowingTurns {
 public:
  explicit FollowingTurns(const std::vector<PeerConfig>& peers) {
    for (const PeerConfig& peer : peers) turns_[peer.member.value()];
  }
  // REQUIRES: one of the peers.
  Mutex& Of(const MemberId& publisher) { return turns_.at(publisher.value()); }

 private:
  std::map<std::string, Mutex> turns_;  // its keys are constant
};

class FollowedPeer {
 public:
  struct Parts {
    OrderedStore* store;
    const FirstRoots* first_roots;
    TrustIntake* intake;
    FollowingTurns* turns;
    ForkGate* forks;
    HeadDesk* heads;
    const SnapshotHolder* snapshots;
    EpochKeyring* epoch_keys;
    const TrustMetrics* metrics;
    const Clock* clock;
    EventLog* events;
  };

  // The peer says that it has version `version` of `publisher`'s timestamp. Called from gRPC's
  // threads.
  using OnHint =
      std::function<void(const MemberId& peer, const MemberId& publisher, int64_t version)>;

  // Makes the parts; `relays`: channels of other nodes that may hold the peer's lists, by member.
  // All of `parts` must outlive this.
  FollowedPeer(PeerConfig config, std::shared_ptr<grpc::Channel> channel,
               const std::map<std::string, std::shared_ptr<grpc::Channel>>& relays,
               absl::Duration poll_period, Parts parts, OnHint on_hint);
  // As Stop.
  ~FollowedPeer();

  // Starts the thread.
  void Start();
  // Ends thread and stream; no hint is passed on afterwards.
  void Stop();

  // The node `source` has version `version` of this peer's timestamp. Any thread.
  void Hint(const MemberId& source, int64_t version);

  // The own lists changed: the next exchange of heads comes soon. Any thread.
  void HintHeads() { head_client_.Hint(); }

  const MemberId& member() const { return config_.member; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  // One node that hands out the peer's repository: the peer itself, or a relay.
  struct Source;

  void RunOnce(absl::Time now);
  bool EnsureFirstRoot(absl::Time now);
  absl::Status ConfirmFirstRoot() const;
  void OnSourceRefused(size_t source, const absl::Status& status);
  void OnRefreshed(const absl::Status& status, bool changed, const std::optional<InForceSet>& set);
  std::vector<Updater*> Updaters() const;

  // Constant after construction.
  const PeerConfig config_;
  const std::shared_ptr<grpc::Channel> channel_;
  const Parts parts_;
  const std::vector<std::unique_ptr<Source>> sources_;  // the peer first

  // Self-synchronised, or touched by the thread alone.
  LoadProgress load_progress_;
  Refresher refresher_;
  HeadClient head_client_;
  EpochKeyFetcher key_fetcher_;
  const RetrySchedule retries_;
  bool has_root_ = false;
  absl::Status unconfirmed_;  // why the first root was last not confirmed, and told
  int64_t root_failures_ = 0;
  absl::Time root_tried_at_ = absl::InfinitePast();

  Mutex mu_;
  // Monotonic time at which a version was first heard of, until it is in force.
  std::map<int64_t, absl::Duration> hinted_at_ ABSL_GUARDED_BY(mu_);
  // Null before Start and after Stop.
  std::unique_ptr<PeriodicTask> task_ ABSL_GUARDED_BY(mu_);

  std::unique_ptr<HintWatcher> watcher_;  // used by the task's thread; outlives it
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_FOLLOWED_PEER_H_
