#include "gateway/daemon/readiness_watch.h"

#include <string>
#include <vector>

#include "gateway/daemon/readiness.h"

namespace mrg {

void ReadinessWatch::Look(absl::Time now) const {
  const auto snapshot = trust_->view.Current();
  const absl::Duration monotonic = ground_->clock.Monotonic();
  const StoreStanding store = ground_->store->Standing();
  const bool hangs = commit_watch_.Hangs(ground_->store->CommitUnderWay(), monotonic);
  const std::vector<std::string> reasons = NotReadyReasons(
      {snapshot.get(), ground_->config.jurisdictions, ground_->origin,
       &ground_->keys.log->public_key(), trust_->view.KeysOf(ground_->config.member),
       log_->standing.Check(), store, hangs, trust_->peer_clocks.Look(now, monotonic)},
      now);
  ground_->store_metrics.failed.Set({}, store != StoreStanding::kWorks || hangs);
  if (!trust_->state.SetNotReady(reasons)) return;
  ground_->ShowNotReady(reasons);
  if (reasons.empty()) {
    ground_->events.Write(Event::kNodeServing, {{"member", ground_->config.member}});
  } else {
    ground_->events.Write(Event::kNodeNotReady,
                          {{"member", ground_->config.member}, {"why", OwnText(reasons.front())}});
  }
}

}  // namespace mrg
