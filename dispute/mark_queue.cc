#include "dispute/mark_queue.h"

#include <utility>

#include "dispute/dispute_events.h"
#include "dispute/dispute_limits.h"
#include "dispute/mark_lift.h"
#include "dispute/stored_keys.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {

MarkQueue::MarkQueue(OrderedStore* store, LicenceMarks* marks, RetrySchedule retry,
                     MarkObserver observer)
    : store_(store), marks_(marks), observer_(std::move(observer)), entries_(store, retry) {}

absl::Time MarkQueue::RunOnce(absl::Time now) {
  // A clock that stepped back must not hold up the marks.
  const absl::Time due = last_changed_ + kMarkPublicationPeriod;
  if (last_changed_ <= now && now < due) return due;
  const WaitingRows rows = {Keyspace::kDisputeMarkQueue, MarkQueuePrefix(), MarkRetryKey()};
  const auto change = [this, now](const std::vector<WaitingDispute>& disputes) {
    return ChangeMarks(disputes, now);
  };
  const auto failed = [this](const DisputeId& dispute, const absl::Status& status) {
    if (observer_.on_failed) observer_.on_failed(dispute.value(), status);
  };
  return entries_.RunGroup(rows, kMarksPerPublicationMax, change, failed, now);
}

std::vector<EntriesTried> MarkQueue::ChangeMarks(const std::vector<WaitingDispute>& disputes,
                                                 absl::Time now) {
  // For which event each change is.
  struct Cause {
    size_t dispute;
    uint64_t sequence;
  };
  std::vector<EntriesTried> tried(disputes.size());
  std::vector<MarkChange> changes;
  std::vector<Cause> causes;
  for (size_t i = 0; i < disputes.size(); ++i) {
    for (const uint64_t sequence : disputes[i].sequences) {
      auto change = ChangeFor(disputes[i].history, sequence);
      tried[i].status = change.status();
      if (!change.ok()) break;
      if (change->has_value()) {
        changes.push_back(**std::move(change));
        causes.push_back({i, sequence});
      } else {
        tried[i].done.push_back(sequence);
      }
    }
  }
  if (!changes.empty()) {
    last_changed_ = now;
    const std::vector<absl::Status> made = marks_->Change(changes);
    for (size_t i = 0; i < changes.size(); ++i) {
      EntriesTried& of_dispute = tried[causes[i].dispute];
      if (!made[i].ok()) {
        of_dispute.status.Update(made[i]);
        continue;
      }
      of_dispute.done.push_back(causes[i].sequence);
      if (observer_.on_marked) {
        observer_.on_marked(disputes[causes[i].dispute].history.id().value(), changes[i].set);
      }
    }
  }
  // Marks of different licences have only the store in common.
  for (EntriesTried& one : tried) one.receiver_is_down = absl::IsUnavailable(one.status);
  return tried;
}

absl::StatusOr<std::optional<MarkChange>> MarkQueue::ChangeFor(const DisputeHistory& history,
                                                               uint64_t sequence) const {
  if (sequence > history.last_sequence() || !ChangesMark(history.events()[sequence - 1])) {
    return MakeError(Reason::kStoreCorrupt, "an entry names no event that changes a mark");
  }
  const dispute::v1::DisputeEvent& event = history.events()[sequence - 1];
  const auto& filed = history.filed();
  MRG_ASSIGN_OR_RETURN(JurisdictionId jurisdiction,
                       JurisdictionId::Parse(filed.issuing_jurisdiction()));
  MarkChange change = {std::move(jurisdiction), filed.epoch(), filed.licence_tag(),
                       event.has_accepted(), ToTime(event.at())};
  // The rows say which accepted disputes over this licence are open now. A mark that came too late
  // is not set any more, and one that another dispute needs is not lifted.
  if (change.set) {
    MRG_ASSIGN_OR_RETURN(const auto own,
                         store_->Get(Keyspace::kDisputeIndex, MarkKey(filed, history.id())));
    if (own.has_value()) return std::optional<MarkChange>(std::move(change));
    // The event that set it is entered again when the mark is lifted before the decision.
    MRG_ASSIGN_OR_RETURN(const auto lift, LoadMarkLift(*store_, history.id()));
    if (!lift.has_value()) return std::optional<MarkChange>();
    change.set = false;
    change.at = ToTime(lift->lifted_at());
  }
  const std::string prefix = MarksPrefix(filed);
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> open, store_->Scan(Keyspace::kDisputeIndex, prefix,
                                                                 PrefixEnd(prefix), /*limit=*/1));
  return open.empty() ? std::optional<MarkChange>(std::move(change)) : std::nullopt;
}

}  // namespace mrg
