#include "dispute/mark_lift.h"

#include <memory>
#include <string>
#include <utility>

#include "dispute/dispute_history.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

using dispute::v1::DisputeEvent;
using dispute::v1::StoredMarkLift;

absl::StatusOr<std::optional<StoredMarkLift>> LoadMarkLift(const StoreReader& reader,
                                                           const DisputeId& dispute) {
  MRG_ASSIGN_OR_RETURN(const auto row, reader.Get(Keyspace::kDisputeIndex, LiftedKey(dispute)));
  if (!row.has_value()) return std::optional<StoredMarkLift>();
  MRG_ASSIGN_OR_RETURN(StoredMarkLift lift,
                       ParseCanonical<StoredMarkLift>(row->value, Reason::kStoreCorrupt));
  return std::optional<StoredMarkLift>(std::move(lift));
}

MarkLift::MarkLift(OrderedStore* store, DisputeChanged changed)
    : store_(store), changed_(std::move(changed)) {}

absl::StatusOr<StoredMarkLift> MarkLift::Lift(const DisputeId& dispute, absl::string_view because,
                                              absl::Time now) {
  absl::Status last;
  for (int round = 0; round < kDisputeRoundsMax; ++round) {
    // Of one moment: a decision takes the mark away with it, so that whoever saw neither would
    // refuse what was just decided.
    const std::unique_ptr<StoreSnapshot> view = store_->Snapshot();
    MRG_ASSIGN_OR_RETURN(std::optional<StoredMarkLift> earlier, LoadMarkLift(*view, dispute));
    if (earlier.has_value()) {
      if (!last.ok()) Tell(changed_, dispute);  // it may be this call that stored it
      return *std::move(earlier);
    }
    // The store gave no clear answer, and the decision is not there: it was lost.
    if (!last.ok() && ReasonOf(last) != Reason::kStoreConflict) return last;
    MRG_ASSIGN_OR_RETURN(const DisputeHistory history, LoadDispute(*view, dispute));
    const std::string mark_key = MarkKey(history.filed(), dispute);
    MRG_ASSIGN_OR_RETURN(const auto mark, view->Get(Keyspace::kDisputeIndex, mark_key));
    const DisputeEvent* const accepted = history.Find(DisputeStep::kAccept);
    if (!mark.has_value() || accepted == nullptr) {
      return MakeError(Reason::kDisputeTransitionRefused,
                       "expected an accepted dispute that is open, over a licence of ours");
    }
    StoredMarkLift lift;
    lift.set_because(std::string(because));
    *lift.mutable_lifted_at() = ToTimestamp(WholeMicros(now));
    WriteSet writes;
    writes.RequireVersion(Keyspace::kDisputeIndex, mark_key, mark->version);
    writes.Delete(Keyspace::kDisputeIndex, mark_key);
    writes.RequireAbsent(Keyspace::kDisputeIndex, LiftedKey(dispute));
    writes.Put(Keyspace::kDisputeIndex, LiftedKey(dispute), CanonicalBytes(lift));
    writes.Put(Keyspace::kDisputeMarkQueue,
               MarkQueuePrefix() + EntryPart(dispute, accepted->sequence()), "");
    const CommitResult result = store_->Commit(writes);
    if (result.committed()) {
      Tell(changed_, dispute);
      return lift;
    }
    last = result.status;
  }
  return last;
}

}  // namespace mrg
