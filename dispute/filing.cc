#include "dispute/filing.h"

#include <optional>
#include <utility>

#include "dispute/dispute_events.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_state.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeEvent;

absl::Status CheckOrder(const FilingOrder& order) {
  if (order.kind == dispute::v1::DISPUTE_KIND_UNSPECIFIED ||
      !dispute::v1::DisputeKind_IsValid(order.kind)) {
    return MakeFieldError(Reason::kEnumUnspecified, "kind", "expected a kind of dispute");
  }
  MRG_RETURN_IF_ERROR(CheckKindIsTaken(order.kind));
  MRG_RETURN_IF_ERROR(RequireBytes("receipt", order.receipt, kDisputeReceiptBytesMax));
  MRG_RETURN_IF_ERROR(RequireBytes("description", order.description, kDisputeDescriptionBytesMax));
  if (!IsUtf8(order.description)) {
    return MakeFieldError(Reason::kFieldNotUtf8, "description", "expected UTF-8");
  }
  MRG_RETURN_IF_ERROR(RequireBytesOfSize("body_digest", order.body_digest, kDigestBytes));
  MRG_RETURN_IF_ERROR(RequireBytesOfSize("licence_tag", order.licence_tag, kDigestBytes));
  if (order.epoch == 0) {
    return MakeFieldError(Reason::kFieldMalformed, "epoch", "expected an epoch from 1");
  }
  if (!IsQueueName(order.destination.queue) || order.destination.priority > kDisputePriorityMax) {
    return MakeFieldError(Reason::kFieldMalformed, "destination",
                          "expected a queue's name and a priority of 0 to 9");
  }
  return absl::OkStatus();
}

DisputeEvent FiledEvent(const FilingOrder& order, const DisputeId& id, bool is_ours,
                        absl::Time now) {
  DisputeEvent event;
  event.set_dispute(id.value());
  event.set_sequence(1);
  event.set_owner_member(id.filing_member().value());
  event.set_owner_epoch(1);
  event.set_actor(order.filer.value());
  *event.mutable_at() = ToTimestamp(WholeMicros(now));
  auto* filed = event.mutable_filed();
  filed->set_kind(order.kind);
  filed->set_receipt_sha256(Sha256(order.receipt));
  filed->set_receipt(order.receipt);
  filed->set_licence_tag(order.licence_tag);
  filed->set_epoch(order.epoch);
  filed->set_issuing_jurisdiction(order.issuing_jurisdiction.value());
  filed->set_using_jurisdiction(order.using_jurisdiction.value());
  filed->set_type_code(order.type_code.value());
  filed->set_description(order.description);
  if (is_ours) {
    filed->set_queue(order.destination.queue);
    filed->set_priority(order.destination.priority);
  }
  return event;
}

DisputeEvent TransferredEvent(const FilingOrder& order, const DisputeHistory& history,
                              const SpiffeId& node, absl::Time now) {
  DisputeEvent event = history.Next(node, now);
  auto* transferred = event.mutable_transferred();
  transferred->set_from_member(event.owner_member());
  transferred->set_queue(order.destination.queue);
  transferred->set_priority(order.destination.priority);
  event.set_owner_member(order.destination.member.value());
  event.set_owner_epoch(event.owner_epoch() + 1);
  return event;
}

}  // namespace

Filing::Filing(DisputeNode node, OrderedStore* store, DisputeChanged changed)
    : node_(std::move(node)), store_(store), changed_(std::move(changed)) {}

absl::StatusOr<Dispute> Filing::File(const FilingOrder& order, absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckOrder(order));
  const bool is_ours = order.destination.member == node_.member;
  absl::Status last;
  for (int round = 0; round < kDisputeRoundsMax; ++round) {
    MRG_ASSIGN_OR_RETURN(const std::optional<DisputeId> earlier,
                         LoadRequest(*store_, order.filer, order.request_id, order.body_digest));
    if (earlier.has_value()) {
      MRG_ASSIGN_OR_RETURN(const DisputeHistory history, LoadDispute(*store_, *earlier));
      if (!last.ok()) Tell(changed_, history.id());  // it may be this call that stored it
      return PresentDispute(*store_, node_, history, now);
    }
    // The store gave no clear answer, and the request is not there: it was lost.
    if (!last.ok() && ReasonOf(last) != Reason::kStoreConflict) return last;

    DisputeHistory history(DisputeId::Make(node_.member, now));
    MRG_RETURN_IF_ERROR(
        history.Append(CanonicalBytes(FiledEvent(order, history.id(), is_ours, now))));
    MRG_RETURN_IF_ERROR(CheckIssuerIsKnown(node_, history));
    WriteSet writes;
    PutRequest(order.filer, order.request_id, order.body_digest, history.id(), now, &writes);
    if (is_ours) {
      const auto row = NewCase(history, *node_.Calendar());
      PutCase(history.id(), nullptr, &row, &writes);
    } else {
      MRG_RETURN_IF_ERROR(
          history.Append(CanonicalBytes(TransferredEvent(order, history, node_.node, now))));
    }
    PutEvents(node_, history, 0, &writes);

    const CommitResult result = store_->Commit(writes);
    if (result.committed()) {
      Tell(changed_, history.id());
      return FoldDispute(history, *node_.Calendar(), /*lease_is_live=*/false);
    }
    last = result.status;
  }
  return last;
}

}  // namespace mrg
