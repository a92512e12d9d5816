#ifndef MRG_TRUSTLIST_CLIENT_REFRESHER_H_
#define MRG_TRUSTLIST_CLIENT_REFRESHER_H_

// When to refresh one followed publisher, and from whom: at a hint, or when its time has come, from
// its own node, or from a relay when that fails or knows more. A refusal is retried with growing
// distance from its end: one that took minutes would else be due again at once. The thread that
// calls RunOnce is the daemon's.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/base/turn.h"
#include "trustlist/client/updater.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

struct RefreshSchedule {
  absl::Duration poll = absl::Seconds(60);        // after a success
  absl::Duration retry_first = absl::Seconds(1);  // after the first refusal, then doubled
  absl::Duration retry_max = absl::Seconds(60);
  double spread = 0.2;  // `poll` is shortened by up to this part
  uint64_t seed = 0;    // of the spread: different for each node and publisher
};

// What happened, for metrics and logs. Called without a lock held.
struct RefreshObserver {
  // `status`: OK, or why the refresh or the putting in force was refused. `changed`: a newer set is
  // in force. `set`: what is in force; nullopt when nothing is.
  std::function<void(const absl::Status& status, bool changed,
                     const std::optional<InForceSet>& set)>
      on_refreshed;
  // A source (its place in the list) refused; another one may have what it lacks. May be empty.
  std::function<void(size_t source, const absl::Status& status)> on_source_refused;
  // A source is about to be asked. May be empty.
  std::function<void(size_t source)> on_source_asked = {};
};

// Puts a verified set in force on the node (SetIntake::Take); called after every run that ended in
// one, also in an unchanged one, and so repeated until it succeeds.
using PutInForceFn = std::function<absl::Status(const VerifiedSet& verified, absl::Time now)>;

// RunOnce by one thread at a time; Hint from any thread.
class Refresher {
 public:
  // `sources`: clients of the one publisher over one store, each with a fetcher of its own: the
  // publisher's node first, then relays. At least one; they must outlive this.
  // `observer.on_refreshed` may be empty. `clock`, of durations, must outlive this.
  Refresher(std::vector<Updater*> sources, RefreshSchedule schedule, PutInForceFn put_in_force,
            RefreshObserver observer, const Clock* clock);

  // Says that `source` (its place in the list) has the timestamp `version`; the next RunOnce
  // refreshes unless that version is in force already: from the publisher's node, if it answered
  // last, and from `source` when that version is not in force then. A source whose hint brought
  // nothing is followed again only after the schedule's retry, with growing distance until one
  // does, and a relay after ten times what it took: a hint is nobody's signature, and costs a
  // refresh. A source that did not answer is asked after the others. Of each source the highest
  // version is remembered that was not followed yet. Result: whether this one is above it.
  bool Hint(int64_t version, size_t source);

  // Says that `source` has a newer root than the one that is trusted, which a publisher's node may
  // hold back: followed as a hint at a version that is above all others, until a newer root is in
  // force. Result: whether it was not known to wait.
  bool HintRoot(size_t source);

  // Refreshes when hinted or due. Result: when to call again at the latest.
  absl::Time RunOnce(absl::Time now);

 private:
  struct Hinting {
    size_t source;
    int64_t version;  // of a root: kOfRoot
  };
  static constexpr int64_t kOfRoot = std::numeric_limits<int64_t>::max();

  // Result: whether what is in force has what the hint says, where `root_before` was in force when
  // it was taken.
  bool Brought(const Hinting& hint, int64_t root_before) const {
    return hint.version == kOfRoot ? root_in_force_ > root_before
                                   : version_in_force_ >= hint.version;
  }

  // The hint to follow, of those above what is in force whose time has come: that of the
  // publisher's node, or the highest one. It is taken.
  std::optional<Hinting> TakeHint(absl::Time now);
  void Follow(const Hinting& hint, absl::Time now);
  // Result: the source that served; nullopt when nothing new can be taken from any now.
  std::optional<size_t> Refresh(size_t first_source, absl::Time now);
  void TakeIn(Updater::Verified verified, absl::Time now);
  void RootInForce(int64_t version);
  // Result: when the first hint that waits may be followed; InfiniteFuture when none waits.
  absl::Time NextHint() const;
  absl::StatusOr<Updater::Verified> VerifyFrom(size_t source, absl::Time now);
  std::vector<size_t> Order(size_t first_source, absl::Time now) const;
  // Result: the wall time, of a turn that began at `now`: now that its work is done.
  absl::Time EndOf(absl::Time now) const { return now + (clock_->Monotonic() - begun_); }

  // Constant after construction.
  const std::vector<Updater*> sources_;
  const PutInForceFn put_in_force_;
  const RefreshObserver observer_;
  const Clock* const clock_;

  // Touched by RunOnce only.
  absl::Duration begun_;  // of the clock of durations: when RunOnce did
  Turn turn_;
  std::vector<Turn> reached_;     // of each source: whether it answers
  std::vector<Turn> hint_turns_;  // of each source: whether its hints bring what they say
  int64_t version_in_force_ = 0;  // of the timestamp
  int64_t root_in_force_ = 0;

  mutable Mutex mu_;
  // Of each source: one that hints high hides no hint of another.
  std::vector<int64_t> hinted_versions_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_REFRESHER_H_
