#include "dispute/dispute_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_state.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/request_memory/request_memory.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::StoredQueueCase;

// A history has at most five events (transition.h); a row more would be refused anyway.
constexpr size_t kEventRowsMax = 16;

std::string PlaceKey(const DisputeId& id, const StoredQueueCase& row) {
  return row.worker().empty() ? ReadyKey(id, row) : LeasedKey(id, row);
}

}  // namespace

absl::StatusOr<DisputeHistory> LoadHistory(const StoreReader& reader, const DisputeId& id) {
  const std::string prefix = EventsPrefix(id);
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows, reader.Scan(Keyspace::kDisputeEvent, prefix,
                                                                PrefixEnd(prefix), kEventRowsMax));
  DisputeHistory history(id);
  for (const Row& row : rows) {
    const absl::Status appended = history.Append(row.value);
    if (!appended.ok() || row.key != EventKey(id, history.last_sequence())) {
      return MakeError(Reason::kStoreCorrupt,
                       absl::StrCat("stored events of ", id.value(), ": ", appended.message()));
    }
  }
  return history;
}

absl::StatusOr<DisputeHistory> LoadDispute(const StoreReader& reader, const DisputeId& id) {
  MRG_ASSIGN_OR_RETURN(DisputeHistory history, LoadHistory(reader, id));
  if (history.empty()) {
    return MakeError(Reason::kDisputeNotFound, "no such dispute, or not visible to the caller");
  }
  return history;
}

absl::StatusOr<std::optional<StoredCase>> LoadCase(const StoreReader& reader, const DisputeId& id) {
  MRG_ASSIGN_OR_RETURN(const auto row, reader.Get(Keyspace::kDisputeQueue, CaseKey(id)));
  if (!row.has_value()) return std::optional<StoredCase>();
  MRG_ASSIGN_OR_RETURN(StoredQueueCase stored,
                       ParseCanonical<StoredQueueCase>(row->value, Reason::kStoreCorrupt));
  if (!IsQueueName(stored.queue()) || stored.priority() > kDisputePriorityMax) {
    return MakeError(Reason::kStoreCorrupt, absl::StrCat("stored case of ", id.value()));
  }
  return std::optional<StoredCase>({std::move(stored), row->version});
}

bool LeaseIsLive(const StoredQueueCase& row, absl::Time now) {
  return !row.worker().empty() && now < ToTime(row.lease_expires_at());
}

absl::StatusOr<Dispute> PresentDispute(const StoreReader& reader, const DisputeNode& node,
                                       const DisputeHistory& history, absl::Time now) {
  bool lease_is_live = false;
  if (!IsFinal(history.stage()) && history.owner() == node.member.value()) {
    MRG_ASSIGN_OR_RETURN(const auto stored, LoadCase(reader, history.id()));
    lease_is_live = stored.has_value() && LeaseIsLive(stored->row, now);
  }
  return FoldDispute(history, *node.Calendar(), lease_is_live);
}

StoredQueueCase NewCase(const DisputeHistory& history, const WorkingCalendar& calendar) {
  StoredQueueCase row;
  row.set_queue(history.queue());
  if (const auto term = PresentTerm(history, calendar); term.has_value()) {
    *row.mutable_due_at() = ToTimestamp(term->due_at);
  }
  row.set_priority(history.priority());
  absl::Time filed_at = history.filed_at();
  // Another member's word about the past puts its case before ours by so much and no more.
  if (const auto* received = history.Find(DisputeStep::kReceive); received != nullptr) {
    filed_at = std::max(filed_at, ToTime(received->at()) - kRelayedAgeMax);
  }
  *row.mutable_filed_at() = ToTimestamp(filed_at);
  row.set_owner_epoch(history.owner_epoch());
  return row;
}

void PutCase(const DisputeId& id, const StoredCase* before, const StoredQueueCase* after,
             WriteSet* writes) {
  const std::string key = CaseKey(id);
  if (before == nullptr) {
    writes->RequireAbsent(Keyspace::kDisputeQueue, key);
  } else {
    writes->RequireVersion(Keyspace::kDisputeQueue, key, before->version);
    writes->Delete(Keyspace::kDisputeQueue, PlaceKey(id, before->row));
  }
  if (after == nullptr) {
    writes->Delete(Keyspace::kDisputeQueue, key);
  } else {
    writes->Put(Keyspace::kDisputeQueue, key, CanonicalBytes(*after));
    writes->Put(Keyspace::kDisputeQueue, PlaceKey(id, *after), "");
  }
}

absl::StatusOr<std::optional<DisputeId>> LoadRequest(const StoreReader& reader,
                                                     const SpiffeId& caller,
                                                     const RequestId& request_id,
                                                     absl::string_view body_digest) {
  MRG_ASSIGN_OR_RETURN(
      const std::optional<std::string> answer,
      RecallAnswer(reader, {RequestKind::kDispute, caller, request_id}, body_digest));
  if (!answer.has_value()) return std::optional<DisputeId>();
  absl::StatusOr<DisputeId> id = DisputeId::Parse(*answer);
  if (!id.ok()) return MakeError(Reason::kStoreCorrupt, "stored request");
  return std::optional<DisputeId>(*std::move(id));
}

void PutRequest(const SpiffeId& caller, const RequestId& request_id, absl::string_view body_digest,
                const DisputeId& id, absl::Time now, WriteSet* writes) {
  RememberFirst({RequestKind::kDispute, caller, request_id},
                {std::string(body_digest), now, id.value()}, writes);
}

}  // namespace mrg
