#include "gateway/recognition/examination.h"

#include <utility>

#include "gateway/catalogue/licence_number.h"

namespace mrg {
namespace {

UseQuestion UseOf(const RecognitionRequest& request) {
  UseQuestion question{request.using_jurisdiction, request.issuing_jurisdiction,
                       request.type_code.value(), request.scenario.value()};
  question.document_standard = request.document_standard.value();
  if (request.target_standard.has_value()) {
    question.target_standard = request.target_standard->value();
  }
  return question;
}

}  // namespace

Examination Examine(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                    absl::string_view document, absl::Time now) {
  Examination examination;
  examination.selection = SelectRule(snapshot, UseOf(request), now);
  if (examination.selection.source_pack == nullptr) return examination;
  auto content = examination.selection.source_pack->pack->ReadDocument(document);
  if (!content.ok()) {
    examination.malformed = true;
    return examination;
  }
  examination.facts = LicenceFacts::From(content->elements);
  auto number = NormaliseNumber("certificateNumber", examination.facts->number);
  if (number.ok()) examination.normalised_number = *std::move(number);
  examination.content = *std::move(content);
  return examination;
}

}  // namespace mrg
