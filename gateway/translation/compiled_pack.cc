#include "gateway/translation/compiled_pack.h"

#include <algorithm>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/translation/document_reader.h"
#include "gateway/translation/document_writer.h"
#include "gateway/translation/pack_checks.h"
#include "gateway/translation/pack_tests.h"

namespace mrg {
namespace {

bool AnyPlaceNarrows(const std::vector<PackPlace>& places, absl::string_view id) {
  return std::any_of(places.begin(), places.end(), [id](const PackPlace& place) {
    if (place.element_id != id) return AnyPlaceNarrows(place.places, id);
    if (place.table == nullptr) return false;
    const auto& written = place.table->text_by_code;
    return std::any_of(written.begin(), written.end(),
                       [](const auto& pair) { return !pair.second.exact; });
  });
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
  return AnyPlaceNarrows(program_.places, id);
}

absl::StatusOr<ReadResult> CompiledPack::ReadDocument(absl::string_view document) const {
  return ReadByProgram(program_, document);
}

WriteResult CompiledPack::WriteDocument(const std::vector<gateway::v1::Element>& elements,
                                        const std::set<std::string>& released) const {
  return WriteByProgram(program_, elements, released);
}

}  // namespace mrg
