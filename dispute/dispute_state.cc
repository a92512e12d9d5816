#include "dispute/dispute_state.h"

#include "gateway/base/proto_time.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeEvent;

constexpr int kAcceptDays = 2;
constexpr int kAcknowledgeDays = 1;
constexpr int kDecideDays = 5;

// What the events after FILED add.
void Apply(const DisputeEvent& event, Dispute* dispute) {
  switch (event.body_case()) {
    case DisputeEvent::kAccepted:
      *dispute->mutable_accepted_at() = event.at();
      break;
    case DisputeEvent::kRefused:
      *dispute->mutable_closed_at() = event.at();
      dispute->set_explanation_en(event.refused().explanation_en());
      dispute->set_explanation_zh(event.refused().explanation_zh());
      break;
    case DisputeEvent::kResolved:
      *dispute->mutable_closed_at() = event.at();
      dispute->set_decision(event.resolved().decision());
      dispute->set_explanation_en(event.resolved().explanation_en());
      dispute->set_explanation_zh(event.resolved().explanation_zh());
      break;
    case DisputeEvent::kFiled:
    case DisputeEvent::kTransferred:
    case DisputeEvent::kReceived:
    case DisputeEvent::BODY_NOT_SET:
      break;
  }
}

}  // namespace

std::optional<int> TermDays(DisputeStage stage) {
  switch (stage) {
    case DisputeStage::kSubmitted:
    case DisputeStage::kReceived:
      return kAcceptDays;
    case DisputeStage::kRouted:
      return kAcknowledgeDays;
    case DisputeStage::kAccepted:
    case DisputeStage::kVerifying:
      return kDecideDays;
    case DisputeStage::kNone:
    case DisputeStage::kClosed:
    case DisputeStage::kRefused:
      break;
  }
  return std::nullopt;
}

std::optional<TermEnd> PresentTerm(const DisputeHistory& history, const WorkingCalendar& calendar) {
  const std::optional<int> days = TermDays(history.stage());
  if (!days.has_value()) return std::nullopt;
  return calendar.EndOfTerm(history.stage_since(), *days);
}

Dispute FoldDispute(const DisputeHistory& history, const WorkingCalendar& calendar,
                    bool lease_is_live) {
  Dispute dispute;
  dispute.set_name(history.id().value());
  dispute.set_kind(history.filed().kind());
  DisputeStage stage = history.stage();
  if (lease_is_live) stage = NextStage(stage, DisputeStep::kClaim).value_or(stage);
  dispute.set_state(StateOf(stage));
  dispute.set_owner_member(history.owner());
  dispute.set_owner_epoch(history.owner_epoch());
  dispute.set_queue(history.queue());
  dispute.set_filer(history.filer());
  dispute.set_receipt_sha256(history.filed().receipt_sha256());
  dispute.set_type_code(history.filed().type_code());
  dispute.set_issuing_jurisdiction(history.filed().issuing_jurisdiction());
  dispute.set_using_jurisdiction(history.filed().using_jurisdiction());
  dispute.set_description(history.filed().description());
  *dispute.mutable_filed_at() = history.events().front().at();
  for (const DisputeEvent& event : history.events()) Apply(event, &dispute);
  if (const auto term = PresentTerm(history, calendar); term.has_value()) {
    *dispute.mutable_due_at() = ToTimestamp(term->due_at);
    dispute.set_due_provisional(term->provisional);
  }
  dispute.set_last_sequence(history.last_sequence());
  return dispute;
}

}  // namespace mrg
