#ifndef MRG_GATEWAY_TRANSLATION_COMPILED_PACK_H_
#define MRG_GATEWAY_TRANSLATION_COMPILED_PACK_H_

// A mapping pack that has passed its checks and its own tests, ready to read and write documents of
// its standard. It judges no licence: what does not parse is an issue, what does not fit is a loss.
//
// Thread-safe: immutable after construction.

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/translation/document_results.h"
#include "gateway/translation/pack_program.h"
#include "mrg/gateway/v1/licence.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {

class CompiledPack {
 public:
  // Parses, checks and compiles a pack file, textproto of mrg.gateway.v1.MappingPack, and runs the
  // tests inside it.
  // Errors: PACK_INVALID, naming the field, table or test.
  static absl::StatusOr<std::shared_ptr<const CompiledPack>> Compile(absl::string_view bytes,
                                                                     const Dictionary& dictionary);

  const std::string& type_code() const { return message_.type_code(); }
  const std::string& standard() const { return message_.standard(); }
  const std::string& version() const { return message_.version(); }
  const std::string& owner_jurisdiction() const { return message_.owner_jurisdiction(); }
  // The pack as it was written, for people to look at.
  const gateway::v1::MappingPack& message() const { return message_; }

  // The elements for which documents of the standard have a place, in the order of the document,
  // and where each stands, in the same order: member names from the top, joined by ".".
  const std::vector<std::string>& element_ids() const { return program_.element_ids; }
  const std::vector<std::string>& element_paths() const { return program_.paths; }

  // Result: true when documents of the standard have a place for the element.
  bool HasElement(absl::string_view id) const;
  // Result: true when some values of the element lose meaning when they are written: its code table
  // has a text that means more or less than the code.
  bool MayNarrow(absl::string_view id) const;
  // Result: true when some texts of the element are read as a code that they agree with this well
  // only.
  bool MayRead(absl::string_view id, gateway::v1::PairAccuracy accuracy) const;

  // Reads a document of the standard.
  // Result: its elements, and an issue for each place that does not parse as declared.
  // Errors: DOCUMENT_MALFORMED when it is not one well-formed JSON object within the limits of
  // strict_json.h, or a declared string-in-string is not well-formed JSON.
  // Source: RFC 8259; docs/threats.md R08, R09.
  absl::StatusOr<ReadResult> ReadDocument(absl::string_view document) const;

  // Writes those of `elements` whose id is in `released`. The same input gives the same bytes.
  // Result: the document, and for each released id whether it was given, narrowed, lost or absent.
  WriteResult WriteDocument(const std::vector<gateway::v1::Element>& elements,
                            const std::set<std::string>& released) const;

  // The same for what another pack has read: an element that is given, but whose source said more
  // or less, is NARROWED with SOURCE_BROADER or SOURCE_NARROWER; one that is ABSENT because it
  // could not be read has the reason and the path of that issue.
  WriteResult WriteTranslation(const ReadResult& read, const std::set<std::string>& released) const;

 private:
  CompiledPack(gateway::v1::MappingPack message, PackProgram program)
      : message_(std::move(message)), program_(std::move(program)) {}

  const gateway::v1::MappingPack message_;
  const PackProgram program_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_COMPILED_PACK_H_
