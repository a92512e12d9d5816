#ifndef MRG_GATEWAY_TRANSLATION_DOCUMENT_READER_H_
#define MRG_GATEWAY_TRANSLATION_DOCUMENT_READER_H_

// Reading of one document by a compiled pack. Package-private to gateway/translation; others use
// CompiledPack.
//
// Thread-safe: pure functions.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/translation/document_results.h"
#include "gateway/translation/pack_program.h"

namespace mrg {

// Reads a document; values are parsed by their declared form and never guessed. An element whose
// place does not parse is left out and named in the issues.
// Errors: DOCUMENT_MALFORMED. `program` must outlive the result.
// Source: docs/threats.md R08, R09, M02.
absl::StatusOr<ReadResult> ReadByProgram(const PackProgram& program, absl::string_view document);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_DOCUMENT_READER_H_
