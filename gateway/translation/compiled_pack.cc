#include "gateway/translation/compiled_pack.h"

#include <algorithm>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/translation/document_reader.h"
#include "gateway/translation/document_writer.h"
#include "gateway/translation/pack_checks.h"
#include "gateway/translation/pack_tests.h"
#include "gateway/translation/source_report.h"

namespace mrg {
namespace {

// Result: the place of the element; null when it has none.
const PackPlace* PlaceOf(const std::vector<PackPlace>& places, absl::string_view id) {
  for (const PackPlace& place : places) {
    const PackPlace* found = place.element_id == id ? &place : PlaceOf(place.places, id);
    if (found != nullptr) return found;
  }
  return nullptr;
}

// Result: the table of the element's codes; null when it has none.
const PackCodeTable* TableOf(const PackProgram& program, absl::string_view id) {
  if (!program.slot_by_id.contains(id)) return nullptr;
  return PlaceOf(program.places, id)->table.get();
}

void ReportSource(gateway::v1::PairAccuracy accuracy, gateway::v1::ElementReport* report) {
  const bool is_given = report->outcome() == gateway::v1::ELEMENT_OUTCOME_GIVEN ||
                        report->outcome() == gateway::v1::ELEMENT_OUTCOME_NARROWED;
  if (!is_given || accuracy == gateway::v1::PAIR_ACCURACY_EXACT) return;
  report->set_outcome(gateway::v1::ELEMENT_OUTCOME_NARROWED);
  report->set_reason(std::string(TokenOf(SourceReason(accuracy))));
}

// An element that is absent because it could not be read says so; of several causes the first.
void ReportIssue(const ElementIssue& issue, gateway::v1::ElementReport* report) {
  if (report->reason() != TokenOf(Reason::kElementNotInDocument)) return;
  report->set_reason(std::string(TokenOf(issue.reason)));
  report->set_path(issue.path);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const CompiledPack>> CompiledPack::Compile(
    absl::string_view bytes, const Dictionary& dictionary) {
  gateway::v1::MappingPack message;
  MRG_RETURN_IF_ERROR(ParseTextMessage(bytes, Reason::kPackInvalid, &message));
  MRG_RETURN_IF_ERROR(CheckPack(message, dictionary));
  PackProgram program = CompileProgram(message, dictionary);
  MRG_RETURN_IF_ERROR(RunPackTests(message, program));
  return std::shared_ptr<const CompiledPack>(
      new CompiledPack(std::move(message), std::move(program)));
}

bool CompiledPack::HasElement(absl::string_view id) const {
  return program_.slot_by_id.contains(id);
}

bool CompiledPack::MayNarrow(absl::string_view id) const {
  const PackCodeTable* const table = TableOf(program_, id);
  return table != nullptr && std::any_of(table->text_by_code.begin(), table->text_by_code.end(),
                                         [](const auto& written) { return !written.second.exact; });
}

bool CompiledPack::MayRead(absl::string_view id, gateway::v1::PairAccuracy accuracy) const {
  const PackCodeTable* const table = TableOf(program_, id);
  return table != nullptr &&
         std::any_of(table->code_by_text.begin(), table->code_by_text.end(),
                     [accuracy](const auto& read) { return read.second.accuracy == accuracy; });
}

absl::StatusOr<ReadResult> CompiledPack::ReadDocument(absl::string_view document) const {
  return ReadByProgram(program_, document);
}

WriteResult CompiledPack::WriteDocument(const std::vector<gateway::v1::Element>& elements,
                                        const std::set<std::string>& released) const {
  return WriteByProgram(program_, elements, released);
}

WriteResult CompiledPack::WriteTranslation(const ReadResult& read,
                                           const std::set<std::string>& released) const {
  WriteResult result = WriteDocument(read.elements, released);
  for (size_t i = 0; i < read.elements.size(); ++i) {
    for (gateway::v1::ElementReport& report : result.reports) {
      if (report.element_id() == read.elements[i].id()) ReportSource(read.accuracies[i], &report);
    }
  }
  for (const ElementIssue& issue : read.issues) {
    for (gateway::v1::ElementReport& report : result.reports) {
      if (report.element_id() == issue.element_id) ReportIssue(issue, &report);
    }
  }
  return result;
}

}  // namespace mrg
