#ifndef MRG_TRUSTLIST_REFRESHER_H_
#define MRG_TRUSTLIST_REFRESHER_H_

// When to refresh which followed publisher: at a hint, or when its time has come. A refusal is
// retried with growing distance. The thread that calls RunOnce is the daemon's.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "trustlist/updater.h"

namespace mrg {

struct RefreshSchedule {
  absl::Duration poll = absl::Seconds(60);        // after a success
  absl::Duration retry_first = absl::Seconds(1);  // after the first refusal, then doubled
  absl::Duration retry_max = absl::Seconds(60);
  double jitter = 0.2;  // each distance is shortened by up to this part
};

// What happened, for metrics and logs. Called without a lock held.
struct RefreshObserver {
  // `status`: OK, or why the refresh or the putting in force was refused. `changed`: a newer set is
  // in force. `set`: what is in force; nullopt when nothing is.
  std::function<void(const MemberId& publisher, const absl::Status& status, bool changed,
                     const std::optional<InForceSet>& set)>
      on_refreshed;
};

// Puts a set in force on the node (SnapshotPublisher::Offer); called after every successful
// refresh, also of an unchanged set, and so repeated until it succeeds.
using PutInForceFn = std::function<absl::Status(const InForceSet& set, absl::Time now)>;

// RunOnce by one thread at a time; Hint from any thread.
class Refresher {
 public:
  // The updaters must outlive this. `observer.on_refreshed` and `put_in_force` may be empty.
  Refresher(std::vector<Updater*> updaters, RefreshSchedule schedule, PutInForceFn put_in_force,
            RefreshObserver observer);

  // Says that `publisher` has the timestamp `version`; the next RunOnce refreshes it unless that
  // version is in force already. Unknown publishers are ignored.
  void Hint(const MemberId& publisher, int64_t version);

  // Refreshes every publisher that is hinted or due. Result: when to call again at the latest.
  // After a clock that stepped back no publisher waits longer than one poll.
  absl::Time RunOnce(absl::Time now);

 private:
  struct Peer {
    Updater* updater = nullptr;
    absl::Time due = absl::InfinitePast();
    int refusals = 0;              // since the last success
    int64_t version_in_force = 0;  // of the timestamp
  };

  void Refresh(Peer& peer, absl::Time now);
  absl::Duration Jittered(absl::Duration distance, const Peer& peer) const;

  // Constant after construction.
  const RefreshSchedule schedule_;
  const PutInForceFn put_in_force_;
  const RefreshObserver observer_;

  // Touched by RunOnce only.
  std::map<std::string, Peer> peers_;  // by publisher; its keys are constant

  Mutex mu_;
  std::map<std::string, int64_t> hints_ ABSL_GUARDED_BY(mu_);  // publisher -> timestamp version
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REFRESHER_H_
