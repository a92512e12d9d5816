#include "dispute/mark_queue.h"

#include <utility>

#include "dispute/stored_keys.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {

MarkQueue::MarkQueue(DisputeNode node, OrderedStore* store, LicenceMarks* marks,
                     RetrySchedule retry, MarkObserver observer)
    : node_(std::move(node)),
      store_(store),
      marks_(marks),
      observer_(std::move(observer)),
      entries_(store, retry) {}

absl::Time MarkQueue::RunOnce(absl::Time now) {
  const auto change = [this](const DisputeHistory& history,
                             const std::vector<WaitingEntry>& entries) {
    return ChangeMarks(history, entries);
  };
  const auto failed = [this](const DisputeId& dispute, const absl::Status& status) {
    if (observer_.on_failed) observer_.on_failed(dispute.value(), status);
  };
  return entries_.RunReceiver(node_.member, change, failed, now);
}

EntriesTried MarkQueue::ChangeMarks(const DisputeHistory& history,
                                    const std::vector<WaitingEntry>& entries) {
  EntriesTried tried;
  for (const WaitingEntry& entry : entries) {
    const bool set = entry.kind == dispute::v1::STORED_OUTBOX_KIND_SET_MARK;
    tried.status = ChangeMark(history, entry.sequence, set);
    if (!tried.status.ok()) {
      // Marks of different licences have only the store in common.
      tried.receiver_is_down = absl::IsUnavailable(tried.status);
      return tried;
    }
    tried.done.push_back(entry.sequence);
    if (observer_.on_marked) observer_.on_marked(history.id().value(), set);
  }
  return tried;
}

absl::Status MarkQueue::ChangeMark(const DisputeHistory& history, uint64_t sequence, bool set) {
  if (sequence > history.last_sequence()) {
    return MakeError(Reason::kStoreCorrupt, "an outbox entry names an event that is not stored");
  }
  const auto& filed = history.filed();
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       JurisdictionId::Parse(filed.issuing_jurisdiction()));
  const absl::Time at = ToTime(history.events()[sequence - 1].at());
  // The rows say which accepted disputes over this licence are open now. A mark that came too late
  // is not set any more, and one that another dispute needs is not lifted.
  if (set) {
    MRG_ASSIGN_OR_RETURN(const auto own,
                         store_->Get(Keyspace::kDisputeIndex, MarkKey(filed, history.id())));
    if (!own.has_value()) return absl::OkStatus();
    return marks_->SetMark(jurisdiction, filed.epoch(), filed.licence_tag(), at);
  }
  const std::string prefix = MarksPrefix(filed);
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> open, store_->Scan(Keyspace::kDisputeIndex, prefix,
                                                                 PrefixEnd(prefix), /*limit=*/1));
  if (!open.empty()) return absl::OkStatus();
  return marks_->ClearMark(jurisdiction, filed.epoch(), filed.licence_tag(), at);
}

}  // namespace mrg
