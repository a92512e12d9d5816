#include "gateway/answer/dispute_filing.h"

#include <utility>

#include "gateway/answer/dispute_route.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/recognition/licence_facts.h"
#include "gateway/request_memory/request_memory.h"
#include "mrg/gateway/v1/receipt.pb.h"

namespace mrg {
namespace {

using audit::v1::DecisionRecord;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;

constexpr size_t kReceiptBytesMax = 65536;

}  // namespace

absl::StatusOr<FileDisputeResponse> DisputeFiling::File(const Caller& caller,
                                                        const FileDisputeRequest& message,
                                                        absl::Time now) const {
  if (!parts_.is_ready()) {
    return MakeError(Reason::kNodeNotReady, "see AdminService.GetTrustState");
  }
  const auto snapshot = parts_.snapshots->Current();
  MRG_RETURN_IF_ERROR(RequireBytes("receipt", message.receipt(), kReceiptBytesMax));
  MRG_ASSIGN_OR_RETURN(const DecisionRecord record,
                       CheckReceipt(message.receipt(), parts_.log_keys->KeysOf(parts_.member)));
  MRG_ASSIGN_OR_RETURN(const JurisdictionId using_side,
                       RequireId<JurisdictionId>("receipt", record.using_jurisdiction()));
  MRG_RETURN_IF_ERROR(parts_.authorization->AuthorizeJurisdiction(caller, using_side));
  MRG_ASSIGN_OR_RETURN(const FilingOrder order, OrderOf(caller, message, record, *snapshot, now));
  FileDisputeResponse response;
  MRG_ASSIGN_OR_RETURN(*response.mutable_dispute(), parts_.filing->File(order, now));
  return response;
}

absl::StatusOr<FilingOrder> DisputeFiling::OrderOf(const Caller& caller,
                                                   const FileDisputeRequest& message,
                                                   const DecisionRecord& record,
                                                   const RecognitionSnapshot& snapshot,
                                                   absl::Time now) const {
  FieldViolations violations;
  auto request_id = violations.Note(RequireId<RequestId>("request_id", message.request_id()));
  violations.Note(
      RequireEnum("kind", message.kind(), dispute::v1::DisputeKind_IsValid(message.kind())));
  violations.Note(RequireBytes("document", message.document(), kDocumentBytesMax));
  MRG_RETURN_IF_ERROR(violations.status());
  MRG_ASSIGN_OR_RETURN(
      gateway::v1::Receipt receipt,
      ParseCanonical<gateway::v1::Receipt>(message.receipt(), Reason::kReceiptMalformed));
  MRG_RETURN_IF_ERROR(CheckCommitment(record, receipt.salt(), message.document()));
  // A dispute is kept for good, here and by other members: what links it to the licence is not.
  receipt.clear_salt();
  MRG_ASSIGN_OR_RETURN(JurisdictionId issuing,
                       RequireId<JurisdictionId>("receipt", record.issuing_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(JurisdictionId using_side,
                       RequireId<JurisdictionId>("receipt", record.using_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(LicenceTypeCode type_code,
                       RequireId<LicenceTypeCode>("receipt", record.type_code()));
  MRG_ASSIGN_OR_RETURN(const std::string number, ReadNumber(record, message.document(), snapshot));
  MRG_ASSIGN_OR_RETURN(LicenceKey licence,
                       KeyInUse(parts_.epoch_keys->KeysOf(issuing, snapshot.MemberOf(issuing)),
                                {issuing, type_code, number}, now));
  Destination destination =
      DestinationAt(snapshot, parts_.hub, {issuing, using_side, type_code}, message.kind(), now);
  return FilingOrder{caller.identity,
                     *std::move(request_id),
                     RequestBodyHmac(parts_.idempotency_key, CanonicalBytes(message)),
                     message.kind(),
                     CanonicalBytes(receipt),
                     std::move(licence.tag),
                     licence.epoch,
                     std::move(issuing),
                     std::move(using_side),
                     std::move(type_code),
                     message.description(),
                     std::move(destination)};
}

// The licence's number as the source pack reads it. The record names the packs of both sides; the
// document is of the standard under which it has no faults.
absl::StatusOr<std::string> DisputeFiling::ReadNumber(const DecisionRecord& record,
                                                      absl::string_view document,
                                                      const RecognitionSnapshot& snapshot) const {
  for (const audit::v1::TargetUsed& target : record.targets_used()) {
    const auto name = ParseTargetPath(target.path());
    if (!name.ok() || name->kind != TargetKind::kPack) continue;
    MRG_ASSIGN_OR_RETURN(const auto pack, parts_.packs->Find(snapshot, target.sha256()));
    const auto content = pack->ReadDocument(document);
    if (!content.ok() || !content->issues.empty()) continue;
    const LicenceFacts facts = LicenceFacts::From(content->elements);
    if (!facts.number.empty()) return NormaliseNumber("document", facts.number);
  }
  return MakeFieldError(Reason::kFieldMalformed, "document",
                        "expected a document whose licence number can be read");
}

}  // namespace mrg
