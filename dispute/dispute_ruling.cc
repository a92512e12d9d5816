#include "dispute/dispute_ruling.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_state.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeEvent;
using dispute::v1::StoredQueueCase;

absl::Status CheckText(absl::string_view field, absl::string_view text) {
  if (text.size() > kDisputeExplanationBytesMax) {
    return MakeFieldError(Reason::kFieldTooLong, field, "expected at most 2,000 bytes");
  }
  if (!IsUtf8(text)) return MakeFieldError(Reason::kFieldNotUtf8, field, "expected UTF-8");
  return absl::OkStatus();
}

absl::Status CheckExplanation(const Explanation& why) {
  MRG_RETURN_IF_ERROR(CheckText("explanation_en", why.en));
  if (why.zh.empty()) {
    return MakeFieldError(Reason::kFieldRequired, "explanation_zh", "expected an explanation");
  }
  return CheckText("explanation_zh", why.zh);
}

// Result: a digest over all that was asked, so that a request id stands for one request.
std::string BodySha256(const RulingOrder& order, const DisputeEvent& step) {
  OrderedKey body;
  body.Text(order.dispute.value()).Text(CanonicalBytes(step));
  if (order.token.has_value()) body.U64(order.token->owner_epoch).U64(order.token->lease_token);
  return Sha256(body.Take());
}

// Whether the worker may take this step on the dispute as it was read.
absl::Status CheckMayRule(const DisputeNode& node, const RulingOrder& order, DisputeStep step,
                          const DisputeHistory& history, const std::optional<StoredCase>& stored,
                          absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckWorker(node, order.worker, history));
  if (order.worker.id.value() == history.filer()) {
    return MakeError(Reason::kFourEyes, "who filed a dispute may not decide it");
  }
  if (step == DisputeStep::kResolve && !order.token.has_value()) {
    return MakeError(Reason::kLeaseLost, "expected a lease of the case");
  }
  MRG_RETURN_IF_ERROR(
      CheckLease(stored.has_value() ? &stored->row : nullptr, order.worker, order.token, now));
  if (!NextStage(history.stage(), step).has_value()) {
    return MakeError(Reason::kDisputeTransitionRefused,
                     absl::StrCat("the dispute is in state ",
                                  dispute::v1::DisputeState_Name(StateOf(history.stage()))));
  }
  if (!stored.has_value()) {
    return MakeError(Reason::kStoreCorrupt, "an open dispute of ours is not in the queue");
  }
  return CheckIssuerIsKnown(node, history);
}

}  // namespace

DisputeRuling::DisputeRuling(DisputeNode node, OrderedStore* store, DisputeChanged changed)
    : node_(std::move(node)), store_(store), changed_(std::move(changed)) {}

absl::StatusOr<Dispute> DisputeRuling::Accept(const RulingOrder& order, absl::Time now) {
  DisputeEvent step;
  step.mutable_accepted();
  return Rule(order, step, now);
}

absl::StatusOr<Dispute> DisputeRuling::Refuse(const RulingOrder& order, const Explanation& why,
                                              absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckExplanation(why));
  DisputeEvent step;
  step.mutable_refused()->set_explanation_en(why.en);
  step.mutable_refused()->set_explanation_zh(why.zh);
  return Rule(order, step, now);
}

absl::StatusOr<Dispute> DisputeRuling::Complete(const RulingOrder& order,
                                                dispute::v1::DisputeDecision decision,
                                                const Explanation& why, absl::Time now) {
  if (decision == dispute::v1::DISPUTE_DECISION_UNSPECIFIED ||
      !dispute::v1::DisputeDecision_IsValid(decision)) {
    return MakeFieldError(Reason::kEnumUnspecified, "decision", "expected a decision");
  }
  MRG_RETURN_IF_ERROR(CheckExplanation(why));
  DisputeEvent step;
  step.mutable_resolved()->set_decision(decision);
  step.mutable_resolved()->set_explanation_en(why.en);
  step.mutable_resolved()->set_explanation_zh(why.zh);
  return Rule(order, step, now);
}

absl::StatusOr<Dispute> DisputeRuling::Rule(const RulingOrder& order, const DisputeEvent& step,
                                            absl::Time now) {
  const std::string body_sha256 = BodySha256(order, step);
  const SpiffeId& caller = order.worker.id;
  absl::Status last;
  for (int round = 0; round < kDisputeRoundsMax; ++round) {
    // From one moment: a second caller with the same request must see either neither the request
    // nor its event, or both.
    const std::unique_ptr<StoreSnapshot> view = store_->Snapshot();
    MRG_ASSIGN_OR_RETURN(const auto earlier,
                         LoadRequest(*view, caller, order.request_id, body_sha256));
    MRG_ASSIGN_OR_RETURN(DisputeHistory history, LoadDispute(*view, order.dispute));
    if (earlier.has_value()) {
      if (!last.ok()) Tell(changed_, order.dispute);  // it may be this call that stored it
      return PresentDispute(*view, node_, history, now);
    }
    // The store gave no clear answer, and the request is not there: it was lost.
    if (!last.ok() && ReasonOf(last) != Reason::kStoreConflict) return last;

    MRG_ASSIGN_OR_RETURN(const auto stored, LoadCase(*view, order.dispute));
    MRG_RETURN_IF_ERROR(CheckMayRule(node_, order, StepOf(step), history, stored, now));
    const uint64_t known = history.last_sequence();
    DisputeEvent event = history.Next(caller, now);
    event.MergeFrom(step);
    MRG_RETURN_IF_ERROR(history.Append(CanonicalBytes(event)));

    WriteSet writes;
    PutRequest(caller, order.request_id, body_sha256, order.dispute, now, &writes);
    PutEvents(node_, history, known, &writes);
    const bool is_open = !IsFinal(history.stage());
    StoredQueueCase row = NewCase(history, *node_.Calendar());
    row.set_lease_token(stored->row.lease_token());
    if (is_open && LeaseIsLive(stored->row, now)) {
      row.set_worker(stored->row.worker());
      *row.mutable_lease_expires_at() = stored->row.lease_expires_at();
    }
    PutCase(order.dispute, &*stored, is_open ? &row : nullptr, &writes);

    const CommitResult result = store_->Commit(writes);
    if (result.committed()) {
      Tell(changed_, order.dispute);
      return FoldDispute(history, *node_.Calendar(), is_open && LeaseIsLive(row, now));
    }
    last = result.status;
  }
  return last;
}

}  // namespace mrg
