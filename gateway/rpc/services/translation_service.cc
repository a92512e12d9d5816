#include "gateway/rpc/services/translation_service.h"

#include <set>
#include <string>
#include <utility>

#include "gateway/answer/recognition_request.h"
#include "gateway/base/limits.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/recognition/examination.h"
#include "gateway/recognition/released_elements.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;

absl::StatusOr<RecognitionRequest> CheckRequest(const TranslateRequest& message,
                                                const SpiffeId& caller) {
  MRG_ASSIGN_OR_RETURN(
      JurisdictionId using_jurisdiction,
      RequireId<JurisdictionId>("using_jurisdiction", message.using_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(
      JurisdictionId issuing_jurisdiction,
      RequireId<JurisdictionId>("issuing_jurisdiction", message.issuing_jurisdiction()));
  MRG_ASSIGN_OR_RETURN(LicenceTypeCode type_code,
                       RequireId<LicenceTypeCode>("type_code", message.type_code()));
  MRG_ASSIGN_OR_RETURN(ScenarioId scenario, RequireId<ScenarioId>("scenario", message.scenario()));
  MRG_ASSIGN_OR_RETURN(StandardId document_standard,
                       RequireId<StandardId>("document_standard", message.document_standard()));
  MRG_ASSIGN_OR_RETURN(std::optional<StandardId> target_standard,
                       OptionalId<StandardId>("target_standard", message.target_standard()));
  MRG_RETURN_IF_ERROR(CheckRequestedElements(message.requested_elements()));
  MRG_RETURN_IF_ERROR(RequireBytes("document", message.document(), kDocumentBytesMax));
  return RecognitionRequest{
      caller,
      "",
      std::move(using_jurisdiction),
      std::move(issuing_jurisdiction),
      std::move(type_code),
      std::move(document_standard),
      std::move(target_standard),
      std::move(scenario),
      {message.requested_elements().begin(), message.requested_elements().end()},
      "",
      ""};
}

class TranslationServiceImpl
    : public gateway::v1::TranslationService::WithRawCallbackMethod_Translate<
          gateway::v1::TranslationService::Service> {
 public:
  TranslationServiceImpl(CallEnvironment environment, const SnapshotHolder* snapshots)
      : environment_(environment), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* Translate(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return HandleRaw<TranslateRequest, TranslateResponse>(
        context, environment_, "mrg.gateway.v1.TranslationService", "Translate", request, response,
        [this](const CallContext& call, const TranslateRequest& message) {
          return Answer(call, message);
        });
  }

 private:
  absl::StatusOr<TranslateResponse> Answer(const CallContext& call,
                                           const TranslateRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const RecognitionRequest request, CheckRequest(message, call.identity));
    MRG_RETURN_IF_ERROR(environment_.authorization->AuthorizeUse(
        call.identity, call.method, request.using_jurisdiction, request.scenario));
    const auto snapshot = snapshots_->Current();
    if (snapshot == nullptr) {
      return MakeError(Reason::kNodeNotReady, "no trust lists are in force yet");
    }
    const Examination examination = Examine(*snapshot, request, message.document(), call.now);
    if (examination.issuing == nullptr && !examination.no_rule.has_value()) {
      return MakeError(Reason::kTrustMissing, "the issuing side's lists are not in force here");
    }
    if (examination.no_rule.has_value()) {
      return MakeError(*examination.no_rule, "nothing to translate by");
    }
    if (examination.no_pack.has_value()) {
      return MakeError(*examination.no_pack, "nothing to translate by");
    }
    if (examination.malformed) {
      return MakeFieldError(Reason::kDocumentMalformed, "document",
                            "expected one document of the stated standard");
    }
    ReleasedElements released =
        ReleaseElements(*examination.agreement->rule, request.requested_elements);
    WriteResult written =
        examination.target_pack->pack->WriteDocument(examination.content->elements, released.ids);
    TranslateResponse response;
    response.set_standard(examination.target_standard);
    response.set_document(std::move(written.document));
    for (auto& report : released.withheld) *response.add_reports() = std::move(report);
    for (auto& report : written.reports) *response.add_reports() = std::move(report);
    return response;
  }

  const CallEnvironment environment_;
  const SnapshotHolder* const snapshots_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewTranslationService(CallEnvironment environment,
                                                     const SnapshotHolder* snapshots) {
  return std::make_unique<TranslationServiceImpl>(environment, snapshots);
}

}  // namespace mrg
