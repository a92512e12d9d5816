#include "dispute/mark_queue.h"

#include <utility>

#include "dispute/dispute_events.h"
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
  const WaitingRows rows = {Keyspace::kDisputeMarkQueue, MarkQueuePrefix(), MarkRetryKey()};
  const auto change = [this](const DisputeHistory& history,
                             const std::vector<uint64_t>& sequences) {
    return ChangeMarks(history, sequences);
  };
  const auto failed = [this](const DisputeId& dispute, const absl::Status& status) {
    if (observer_.on_failed) observer_.on_failed(dispute.value(), status);
  };
  return entries_.RunReceiver(rows, change, failed, now);
}

EntriesTried MarkQueue::ChangeMarks(const DisputeHistory& history,
                                    const std::vector<uint64_t>& sequences) {
  EntriesTried tried;
  for (const uint64_t sequence : sequences) {
    if (sequence > history.last_sequence() || !ChangesMark(history.events()[sequence - 1])) {
      tried.status =
          MakeError(Reason::kStoreCorrupt, "an entry names no event that changes a mark");
      return tried;
    }
    const dispute::v1::DisputeEvent& event = history.events()[sequence - 1];
    tried.status = ChangeMark(history, event);
    if (!tried.status.ok()) {
      // Marks of different licences have only the store in common.
      tried.receiver_is_down = absl::IsUnavailable(tried.status);
      return tried;
    }
    tried.done.push_back(sequence);
    if (observer_.on_marked) observer_.on_marked(history.id().value(), event.has_accepted());
  }
  return tried;
}

absl::Status MarkQueue::ChangeMark(const DisputeHistory& history,
                                   const dispute::v1::DisputeEvent& event) {
  const auto& filed = history.filed();
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       JurisdictionId::Parse(filed.issuing_jurisdiction()));
  const absl::Time at = ToTime(event.at());
  // The rows say which accepted disputes over this licence are open now. A mark that came too late
  // is not set any more, and one that another dispute needs is not lifted.
  if (event.has_accepted()) {
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
