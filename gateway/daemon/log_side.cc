#include "gateway/daemon/log_side.h"

#include <cstdint>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<LogSide>> LogSide::Open(NodeGround* ground,
                                                       const LogKeyBook* log_keys,
                                                       bool accept_unwitnessed) {
  MRG_ASSIGN_OR_RETURN(
      auto log, DecisionLog::Open(ground->store.get(), ground->keys.log.get(), ground->origin));
  std::unique_ptr<LogSide> side(new LogSide(ground, log_keys, std::move(log)));
  if (side->log->size() > 0 && !ground->config.peers.empty()) side->standing.RequireWitness();
  if (accept_unwitnessed) {
    side->standing.Accept();
    ground->events.Write(
        Event::kLogUnwitnessedAccepted,
        {{"member", ground->config.member}, {"size", static_cast<int64_t>(side->log->size())}});
  }
  return side;
}

LogSide::LogSide(NodeGround* ground, const LogKeyBook* log_keys,
                 std::unique_ptr<DecisionLog> opened)
    : log(std::move(opened)),
      standing(log.get(), ground->config.member, &ground->keys.log->public_key(), log_keys),
      receipts(&committer, ground->store.get()),
      alarm(&ground->events),
      committer(log.get(), &ground->clock,
                [this, metrics = &ground->log_metrics](const LogCommitter::Group& group) {
                  metrics->groups.Increment({});
                  metrics->commit_seconds.Observe({}, absl::ToDoubleSeconds(group.commit_time));
                  metrics->size.Set({}, static_cast<double>(log->size()));
                  alarm.OnGroup(group.status);
                }) {
  ground->log_metrics.size.Set({}, static_cast<double>(log->size()));
}

}  // namespace mrg
