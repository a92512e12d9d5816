#include "gateway/daemon/log_side.h"

#include <cstdint>
#include <set>
#include <utility>

#include "absl/time/time.h"
#include "gateway/audit/log_check.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// Checked at each start, in some 50 ms; all leaves are `mrgctl audit check`'s.
constexpr uint64_t kLeavesCheckedAtStart = 10000;

}  // namespace

absl::StatusOr<std::unique_ptr<LogSide>> LogSide::Open(NodeGround* ground,
                                                       const LogKeyBook* log_keys,
                                                       const StartOptions& options) {
  MRG_ASSIGN_OR_RETURN(
      auto log, DecisionLog::Open(ground->store.get(), ground->keys.log.get(), ground->origin));
  std::unique_ptr<LogSide> side(new LogSide(ground, log_keys, std::move(log)));
  MRG_RETURN_IF_ERROR(side->CheckNewest(ground));
  const absl::Status found = side->standing.TakeUp();
  if (ReasonOf(found) == Reason::kLogContradicted) {
    ground->events.WriteFailure(Event::kLogContradicted, found);
  } else {
    MRG_RETURN_IF_ERROR(found);
  }
  MRG_RETURN_IF_ERROR(side->mark.Begin(*ground->keys.log));
  std::set<MemberId> peers;
  for (const Peer& peer : ground->config.peers) peers.insert(peer.member);
  // The hub decides nothing: a log that is empty there stays so.
  const bool may_sign = side->log->size() > 0 || !ground->config.jurisdictions.empty();
  const bool continues =
      options.log_head.has_value() &&
      (options.log_head->empty() || side->standing.MarkKeeps(*options.log_head).ok());
  if (may_sign && !peers.empty() && !continues) side->standing.RequireWitness(std::move(peers));
  if (options.accept_unwitnessed) MRG_RETURN_IF_ERROR(side->Accept(ground));
  return side;
}

LogSide::LogSide(NodeGround* ground, const LogKeyBook* log_keys,
                 std::unique_ptr<DecisionLog> opened)
    : log(std::move(opened)),
      standing(log.get(), ground->config.member, &ground->keys.log->public_key(), log_keys,
               ground->store.get()),
      mark(ground->config.log_mark_path, log.get(), &standing, &ground->events),
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

absl::Status LogSide::CheckNewest(NodeGround* ground) {
  MRG_ASSIGN_OR_RETURN(
      const LogCheckReport report,
      CheckNewestLeaves(*ground->store, ground->origin, {&ground->keys.log->public_key(), 1},
                        kLeavesCheckedAtStart));
  if (report.sound()) return absl::OkStatus();
  const absl::Status fault = MakeError(Reason::kStoreCorrupt, report.findings.front());
  standing.RecordsAreFaulty(fault);
  ground->events.WriteFailure(Event::kLogFaulty, fault);
  return absl::OkStatus();
}

absl::Status LogSide::Accept(NodeGround* ground) {
  const absl::Status found = standing.Check();
  MRG_ASSIGN_OR_RETURN(const size_t contradictions, standing.Accept());
  ground->events.Write(Event::kLogUnwitnessedAccepted,
                       {{"member", ground->config.member},
                        {"size", static_cast<int64_t>(log->size())},
                        {"contradictions", static_cast<int64_t>(contradictions)},
                        {"in_spite_of", OwnText(found.message())}});
  return absl::OkStatus();
}

}  // namespace mrg
