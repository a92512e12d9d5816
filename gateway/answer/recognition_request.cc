#include "gateway/answer/recognition_request.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/credential_form/presentation.h"

namespace mrg {

namespace {

// The fields by which the agreement and its packs are found, of the same names in both messages.
template <typename Message>
absl::StatusOr<RecognitionRequest> CheckQuestion(const Message& message, const SpiffeId& caller) {
  FieldViolations violations;
  auto using_jurisdiction = violations.Note(
      RequireId<JurisdictionId>("using_jurisdiction", message.using_jurisdiction()));
  auto issuing_jurisdiction = violations.Note(
      RequireId<JurisdictionId>("issuing_jurisdiction", message.issuing_jurisdiction()));
  auto type_code = violations.Note(RequireId<LicenceTypeCode>("type_code", message.type_code()));
  auto document_standard =
      violations.Note(RequireId<StandardId>("document_standard", message.document_standard()));
  auto target_standard =
      violations.Note(OptionalId<StandardId>("target_standard", message.target_standard()));
  auto scenario = violations.Note(RequireId<ScenarioId>("scenario", message.scenario()));
  violations.Note(CheckRequestedElements(message.requested_elements()));
  MRG_RETURN_IF_ERROR(violations.status());
  return RecognitionRequest{
      caller,
      "",
      *std::move(using_jurisdiction),
      *std::move(issuing_jurisdiction),
      *std::move(type_code),
      *std::move(document_standard),
      *std::move(target_standard),
      *std::move(scenario),
      {message.requested_elements().begin(), message.requested_elements().end()},
      "",
      ""};
}

}  // namespace

absl::Status CheckRequestedElements(
    const google::protobuf::RepeatedPtrField<std::string>& elements) {
  MRG_RETURN_IF_ERROR(RequireAtMost("requested_elements", static_cast<size_t>(elements.size()),
                                    kRequestedElementsMax));
  for (int i = 0; i < elements.size(); ++i) {
    const std::string field = absl::StrCat("requested_elements[", i, "]");
    const std::string& id = elements.Get(i);
    MRG_RETURN_IF_ERROR(RequireText(field, id, kElementIdBytesMax));
    const bool well_formed = std::all_of(id.begin(), id.end(),
                                         [](char c) { return absl::ascii_isalnum(c) || c == '.'; });
    if (!well_formed) {
      return MakeFieldError(Reason::kFieldMalformed, field, "expected [A-Za-z0-9.]{1,64}");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKnownElements(const std::vector<std::string>& elements,
                                const RecognitionSnapshot& snapshot) {
  if (snapshot.dictionary().version() == 0) return absl::OkStatus();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (snapshot.IsKnownElement(elements[i])) continue;
    return MakeFieldError(Reason::kFieldMalformed, absl::StrCat("requested_elements[", i, "]"),
                          absl::StrCat("expected an element of the canonical dictionary, whose "
                                       "newest version here is ",
                                       snapshot.dictionary().version()));
  }
  return absl::OkStatus();
}

absl::StatusOr<CheckedRecognition> CheckRecognizeRequest(
    std::shared_ptr<const gateway::v1::RecognizeRequest> shared, const SpiffeId& caller,
    const std::string& log_origin) {
  const gateway::v1::RecognizeRequest& message = *shared;
  FieldViolations violations;
  auto request_id = violations.Note(RequireId<RequestId>("request_id", message.request_id()));
  auto request = violations.Note(CheckQuestion(message, caller));
  violations.Note(
      OptionalText("expected_holder.name", message.expected_holder().name(), kHolderNameBytesMax));
  violations.Note(
      OptionalText("expected_holder.code", message.expected_holder().code(), kHolderCodeBytesMax));
  auto credential = violations.Note(ReadPresentation({std::move(shared), &message.presentation()}));
  MRG_RETURN_IF_ERROR(violations.status());
  request->log_origin = log_origin;
  request->expected_holder_name = message.expected_holder().name();
  request->expected_holder_code = message.expected_holder().code();
  return CheckedRecognition{*std::move(request_id), *std::move(request), *std::move(credential)};
}

absl::StatusOr<RecognitionRequest> CheckTranslateRequest(
    const gateway::v1::TranslateRequest& message, const SpiffeId& caller) {
  FieldViolations violations;
  auto request = violations.Note(CheckQuestion(message, caller));
  violations.Note(RequireBytes("document", message.document(), kDocumentBytesMax));
  MRG_RETURN_IF_ERROR(violations.status());
  return *std::move(request);
}

gateway::v1::RecognizeResponse ToRecognizeResponse(Decision decision) {
  gateway::v1::RecognizeResponse response;
  response.set_outcome(decision.outcome);
  for (Reason reason : decision.reasons) {
    const ReasonInfo& info = InfoOf(reason);
    gateway::v1::StatedReason* stated = response.add_reasons();
    stated->set_reason(std::string(info.token));
    stated->set_message(std::string(info.english));
    stated->set_message_zh(std::string(info.chinese));
    stated->set_next_step(std::string(info.next_step));
    stated->set_next_step_zh(std::string(info.next_step_zh));
    for (std::string& id : decision.refused_elements[reason]) {
      stated->add_element_ids(std::move(id));
    }
  }
  if (decision.stale_list.has_value()) {
    gateway::v1::StaleList* stale = response.mutable_stale_list();
    stale->set_publisher(std::move(decision.stale_list->publisher));
    stale->set_role(std::move(decision.stale_list->role));
    if (decision.stale_list->held_until.has_value()) {
      *stale->mutable_held_until() = ToTimestamp(*decision.stale_list->held_until);
    }
  }
  *response.mutable_checks() = decision.record.checks();
  for (auto& condition : decision.conditions) *response.add_conditions() = std::move(condition);
  if (decision.undeclared_members.count() != 0) {
    *response.mutable_undeclared_members() = std::move(decision.undeclared_members);
  }
  if (!decision.target_standard.empty()) {
    gateway::v1::TranslatedLicence* translated = response.mutable_translated();
    translated->set_standard(std::move(decision.target_standard));
    translated->set_document(std::move(decision.document));
    for (auto& report : decision.reports) *translated->add_reports() = std::move(report);
  }
  return response;
}

}  // namespace mrg
