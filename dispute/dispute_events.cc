#include "dispute/dispute_events.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "dispute/dispute_id.h"
#include "dispute/dispute_limits.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;
using dispute::v1::DisputeFiled;
using dispute::v1::DisputeTransferred;

// Times outside these years are a broken clock or a broken event.
constexpr int64_t kEarliestSecond = 946684800;     // 2000-01-01T00:00:00Z
constexpr int64_t kFirstSecondAfter = 7258118400;  // 2200-01-01T00:00:00Z
constexpr int32_t kNanosPerMicro = 1000;
constexpr int32_t kNanosPerSecond = 1000000000;

absl::Status Refused(absl::string_view detail) {
  return MakeError(Reason::kDisputeEventRefused, detail);
}

absl::Status Expect(bool holds, absl::string_view expected) {
  return holds ? absl::OkStatus() : Refused(absl::StrCat("expected ", expected));
}

bool IsText(absl::string_view text, size_t bytes_min, size_t bytes_max) {
  return text.size() >= bytes_min && text.size() <= bytes_max && IsUtf8(text);
}

absl::Status CheckExplanation(absl::string_view en, absl::string_view zh) {
  MRG_RETURN_IF_ERROR(Expect(IsText(en, 0, kDisputeExplanationBytesMax),
                             "explanation_en of at most 2,000 bytes of UTF-8"));
  return Expect(IsText(zh, 1, kDisputeExplanationBytesMax),
                "explanation_zh of 1 to 2,000 bytes of UTF-8");
}

absl::Status CheckFiled(const DisputeFiled& filed) {
  MRG_RETURN_IF_ERROR(Expect(filed.kind() != dispute::v1::DISPUTE_KIND_UNSPECIFIED &&
                                 dispute::v1::DisputeKind_IsValid(filed.kind()),
                             "a known kind"));
  MRG_RETURN_IF_ERROR(
      Expect(!filed.receipt().empty() && filed.receipt().size() <= kDisputeReceiptBytesMax,
             "a receipt of 1 to 65,536 bytes"));
  MRG_RETURN_IF_ERROR(Expect(filed.receipt_sha256() == Sha256(filed.receipt()),
                             "receipt_sha256 to be the digest of the receipt"));
  MRG_RETURN_IF_ERROR(
      Expect(filed.licence_tag().size() == kDigestBytes, "a licence_tag of 32 bytes"));
  MRG_RETURN_IF_ERROR(Expect(filed.epoch() >= 1, "an epoch from 1"));
  MRG_RETURN_IF_ERROR(Expect(JurisdictionIdKind::IsValid(filed.issuing_jurisdiction()),
                             "issuing_jurisdiction to be a province code"));
  MRG_RETURN_IF_ERROR(Expect(JurisdictionIdKind::IsValid(filed.using_jurisdiction()),
                             "using_jurisdiction to be a province code"));
  MRG_RETURN_IF_ERROR(Expect(LicenceTypeCodeKind::IsValid(filed.type_code()),
                             "type_code to be a licence-type code"));
  MRG_RETURN_IF_ERROR(Expect(IsText(filed.description(), 1, kDisputeDescriptionBytesMax),
                             "a description of 1 to 4,000 bytes of UTF-8"));
  MRG_RETURN_IF_ERROR(
      Expect(filed.queue().empty() || IsQueueName(filed.queue()), "queue to be a queue's name"));
  return Expect(
      filed.priority() <= kDisputePriorityMax && (filed.priority() == 0 || !filed.queue().empty()),
      "a priority of 0 to 9, and 0 without a queue");
}

absl::Status CheckTransferred(const DisputeTransferred& transferred, absl::string_view owner) {
  MRG_RETURN_IF_ERROR(
      Expect(MemberIdKind::IsValid(transferred.from_member()), "from_member to be a member id"));
  MRG_RETURN_IF_ERROR(
      Expect(transferred.from_member() != owner, "the new owner to be another member"));
  MRG_RETURN_IF_ERROR(Expect(IsQueueName(transferred.queue()), "queue to be a queue's name"));
  return Expect(transferred.priority() <= kDisputePriorityMax, "a priority of 0 to 9");
}

absl::Status CheckBody(const DisputeEvent& event) {
  switch (event.body_case()) {
    case DisputeEvent::kFiled:
      return CheckFiled(event.filed());
    case DisputeEvent::kTransferred:
      return CheckTransferred(event.transferred(), event.owner_member());
    case DisputeEvent::kReceived:
    case DisputeEvent::kAccepted:
      return absl::OkStatus();
    case DisputeEvent::kRefused:
      return CheckExplanation(event.refused().explanation_en(), event.refused().explanation_zh());
    case DisputeEvent::kResolved:
      MRG_RETURN_IF_ERROR(
          Expect(event.resolved().decision() != dispute::v1::DISPUTE_DECISION_UNSPECIFIED &&
                     dispute::v1::DisputeDecision_IsValid(event.resolved().decision()),
                 "a known decision"));
      return CheckExplanation(event.resolved().explanation_en(), event.resolved().explanation_zh());
    case DisputeEvent::BODY_NOT_SET:
      break;
  }
  return Refused("expected a body");
}

}  // namespace

absl::Status CheckEvent(const DisputeEvent& event) {
  MRG_RETURN_IF_ERROR(Expect(DisputeId::Parse(event.dispute()).ok(), "a dispute id"));
  MRG_RETURN_IF_ERROR(Expect(event.sequence() >= 1, "a sequence from 1"));
  MRG_RETURN_IF_ERROR(
      Expect(MemberIdKind::IsValid(event.owner_member()), "owner_member to be a member id"));
  MRG_RETURN_IF_ERROR(Expect(event.owner_epoch() >= 1, "an owner_epoch from 1"));
  MRG_RETURN_IF_ERROR(Expect(SpiffeIdKind::IsValid(event.actor()), "actor to be a SPIFFE id"));
  const auto& at = event.at();
  MRG_RETURN_IF_ERROR(Expect(at.seconds() >= kEarliestSecond && at.seconds() < kFirstSecondAfter &&
                                 at.nanos() >= 0 && at.nanos() < kNanosPerSecond &&
                                 at.nanos() % kNanosPerMicro == 0,
                             "a time in whole microseconds of the years 2000 to 2199"));
  return CheckBody(event);
}

absl::StatusOr<DisputeEvent> ParseEvent(absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(
      Expect(bytes.size() <= kDisputeEventBytesMax, "an event of at most 81,920 bytes"));
  MRG_ASSIGN_OR_RETURN(DisputeEvent event,
                       ParseCanonical<DisputeEvent>(bytes, Reason::kDisputeEventRefused));
  MRG_RETURN_IF_ERROR(CheckEvent(event));
  return event;
}

absl::Status CheckKindIsTaken(dispute::v1::DisputeKind kind) {
  if (kind == dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR) return absl::OkStatus();
  return MakeFieldError(Reason::kNotInThisVersion, "kind",
                        "expected DISPUTE_KIND_FACE_INFORMATION_ERROR");
}

absl::Status CheckContinues(const DisputeEvent* previous, const DisputeEvent& next) {
  if (previous == nullptr) {
    MRG_RETURN_IF_ERROR(Expect(next.sequence() == 1, "the first event to be number 1"));
    MRG_RETURN_IF_ERROR(Expect(next.has_filed(), "event 1 to be FILED"));
    MRG_RETURN_IF_ERROR(
        Expect(next.previous_event_sha256().empty(), "no previous digest in event 1"));
    MRG_ASSIGN_OR_RETURN(const DisputeId id, DisputeId::Parse(next.dispute()));
    return Expect(next.owner_member() == id.filing_member().value() && next.owner_epoch() == 1,
                  "the filing member to be owner with epoch 1");
  }
  MRG_RETURN_IF_ERROR(
      Expect(next.dispute() == previous->dispute(), "an event of the same dispute"));
  MRG_RETURN_IF_ERROR(Expect(next.sequence() == previous->sequence() + 1,
                             absl::StrCat("event ", previous->sequence() + 1)));
  MRG_RETURN_IF_ERROR(Expect(next.previous_event_sha256() == Sha256(CanonicalBytes(*previous)),
                             "the digest of the event before"));
  MRG_RETURN_IF_ERROR(Expect(ToTime(next.at()) >= ToTime(previous->at()),
                             "a time that is not before the event before"));
  MRG_RETURN_IF_ERROR(Expect(!next.has_filed(), "FILED as event 1 only"));
  MRG_RETURN_IF_ERROR(
      Expect(AppenderOf(next) == previous->owner_member(), "an event of the owner before it"));
  const uint64_t epochs = next.has_transferred() ? 1 : 0;
  return Expect(next.owner_epoch() == previous->owner_epoch() + epochs,
                "the epoch to rise by 1 with a transfer, and only then");
}

const std::string& AppenderOf(const DisputeEvent& event) {
  return event.has_transferred() ? event.transferred().from_member() : event.owner_member();
}

bool ChangesMark(const DisputeEvent& event) { return event.has_accepted() || event.has_resolved(); }

}  // namespace mrg
