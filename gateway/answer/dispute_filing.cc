#include "gateway/answer/dispute_filing.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/licence_number.h"
#include "gateway/crypto/digest.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/recognition/licence_facts.h"
#include "gateway/translation/compiled_pack.h"
#include "mrg/gateway/v1/receipt.pb.h"

namespace mrg {
namespace {

using audit::v1::DecisionRecord;
using dispute::v1::FileDisputeRequest;

constexpr size_t kReceiptBytesMax = 65536;

// The pack with this digest: in force or, when the agreement has moved on, as it was then.
absl::StatusOr<std::shared_ptr<const CompiledPack>> FindPack(const FilingSources& sources,
                                                             const std::string& sha256) {
  const PackFact* const in_force = sources.snapshot->FindPack(sha256);
  if (in_force != nullptr) return in_force->pack;
  MRG_ASSIGN_OR_RETURN(const std::string bytes, sources.blobs->ReadBlob(sha256));
  return CompiledPack::Compile(bytes, sources.snapshot->dictionary());
}

// The licence's number as the source pack reads it. The record names the packs of both sides; the
// document is of the standard under which it has no faults.
absl::StatusOr<std::string> ReadNumber(const DecisionRecord& record, absl::string_view document,
                                       const FilingSources& sources) {
  for (const audit::v1::TargetUsed& target : record.targets_used()) {
    const auto name = ParseTargetPath(target.path());
    if (!name.ok() || name->kind != TargetKind::kPack) continue;
    MRG_ASSIGN_OR_RETURN(const auto pack, FindPack(sources, target.sha256()));
    const auto content = pack->ReadDocument(document);
    if (!content.ok() || !content->issues.empty()) continue;
    const LicenceFacts facts = LicenceFacts::From(content->elements);
    if (!facts.number.empty()) return NormaliseNumber(facts.number);
  }
  return MakeFieldError(Reason::kFieldMalformed, "document",
                        "expected a document whose licence number can be read");
}

// Where the agreement in force sends it; nullopt when it says nothing.
std::optional<AgreedRoute> AgreedRouteOf(const FileDisputeRequest& message,
                                         const DecisionRecord& record,
                                         const RecognitionSnapshot& snapshot, absl::Time now) {
  const std::optional<DisputeRouting> routing = snapshot.agreements().Route(
      record.issuing_jurisdiction(), record.using_jurisdiction(), record.type_code(),
      absl::StripPrefix(dispute::v1::DisputeKind_Name(message.kind()), "DISPUTE_KIND_"), now);
  if (!routing.has_value()) return std::nullopt;
  const auto member = snapshot.known_jurisdictions().find(routing->jurisdiction);
  if (member == snapshot.known_jurisdictions().end()) return std::nullopt;
  auto id = MemberId::Parse(member->second);
  if (!id.ok()) return std::nullopt;
  return AgreedRoute{*std::move(id), routing->queue};
}

}  // namespace

absl::StatusOr<DecisionRecord> CheckDisputedReceipt(const FileDisputeRequest& message,
                                                    const FilingSources& sources) {
  MRG_RETURN_IF_ERROR(RequireBytes("receipt", message.receipt(), kReceiptBytesMax));
  return CheckReceipt(message.receipt(), sources.log_keys->KeysOf(sources.member));
}

absl::StatusOr<FilingOrder> ToFilingOrder(const FileDisputeRequest& message,
                                          const DecisionRecord& record, const SpiffeId& filer,
                                          const FilingSources& sources, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(RequestId request_id,
                       RequireId<RequestId>("request_id", message.request_id()));
  MRG_RETURN_IF_ERROR(
      RequireEnum("kind", message.kind(), dispute::v1::DisputeKind_IsValid(message.kind())));
  MRG_RETURN_IF_ERROR(RequireBytes("document", message.document(), kDocumentBytesMax));
  MRG_ASSIGN_OR_RETURN(
      const gateway::v1::Receipt receipt,
      ParseCanonical<gateway::v1::Receipt>(message.receipt(), Reason::kReceiptMalformed));
  MRG_RETURN_IF_ERROR(CheckCommitment(record, receipt.salt(), message.document()));
  MRG_ASSIGN_OR_RETURN(JurisdictionId issuing,
                       RequireId<JurisdictionId>("receipt", record.issuing_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(JurisdictionId using_side,
                       RequireId<JurisdictionId>("receipt", record.using_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(LicenceTypeCode type_code,
                       RequireId<LicenceTypeCode>("receipt", record.type_code()));
  MRG_ASSIGN_OR_RETURN(const std::string number, ReadNumber(record, message.document(), sources));
  MRG_ASSIGN_OR_RETURN(LicenceKey licence, KeyInUse(sources.epoch_keys->KeysOf(issuing.value()),
                                                    {issuing, type_code, number}, now));
  return FilingOrder{
      filer,
      std::move(request_id),
      Sha256(CanonicalBytes(message)),
      message.kind(),
      message.receipt(),
      std::move(licence.tag),
      licence.epoch,
      std::move(issuing),
      std::move(using_side),
      std::move(type_code),
      message.description(),
      RouteDispute(AgreedRouteOf(message, record, *sources.snapshot, now), sources.hub)};
}

}  // namespace mrg
