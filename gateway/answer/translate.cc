#include "gateway/answer/translate.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/recognition_request.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/recognition/examination.h"
#include "gateway/recognition/released_document.h"
#include "gateway/translation/source_report.h"

namespace mrg {

absl::StatusOr<gateway::v1::TranslateResponse> Translate(
    const RecognitionSnapshot* snapshot, const Authorization& authorization, const Caller& caller,
    const gateway::v1::TranslateRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const RecognitionRequest request,
                       CheckTranslateRequest(message, caller.identity));
  MRG_RETURN_IF_ERROR(
      authorization.AuthorizeUse(caller, request.using_jurisdiction, request.scenario));
  if (snapshot == nullptr) {
    return MakeError(Reason::kNodeNotReady, "no trust lists are in force yet");
  }
  MRG_RETURN_IF_ERROR(CheckKnownElements(request.requested_elements, *snapshot));
  const Examination examination = Examine(*snapshot, request, message.document(), now);
  if (examination.selection.issuing == nullptr && !examination.selection.no_rule.has_value()) {
    const std::optional<MemberId> member = snapshot->MemberOf(request.issuing_jurisdiction);
    return MakeError(
        Reason::kTrustMissing,
        absl::StrCat("the lists of ", member.has_value() ? member->value() : "nobody", " for ",
                     request.issuing_jurisdiction.value(), " are not in force here"));
  }
  if (examination.selection.no_rule.has_value()) {
    return MakeError(*examination.selection.no_rule, "nothing to translate by");
  }
  if (examination.selection.no_pack.has_value()) {
    return MakeError(*examination.selection.no_pack, "nothing to translate by");
  }
  if (examination.malformed) {
    return MakeFieldError(Reason::kDocumentMalformed, "document",
                          "expected one document of the stated standard");
  }
  const gateway::v1::AgreementRule& rule = *examination.selection.agreement->rule;
  const ReadResult& content = *examination.content;
  if (rule.no_undeclared_members() && content.undeclared_count != 0) {
    return MakeFieldError(Reason::kUndeclaredMember, "document",
                          absl::StrCat("the agreement expects only members that the standard "
                                       "declares, found ",
                                       content.undeclared_count, " others"));
  }
  ReleasedDocument released = ReleaseDocument(rule, *examination.selection.target_pack->pack,
                                              content, request.requested_elements);
  gateway::v1::TranslateResponse response;
  response.set_standard(examination.selection.target_standard);
  response.set_document(std::move(released.document));
  for (auto& report : released.reports) *response.add_reports() = std::move(report);
  if (content.undeclared_count != 0) {
    *response.mutable_undeclared_members() = UndeclaredIn(content);
  }
  return response;
}

}  // namespace mrg
