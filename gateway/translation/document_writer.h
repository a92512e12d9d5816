#ifndef MRG_GATEWAY_TRANSLATION_DOCUMENT_WRITER_H_
#define MRG_GATEWAY_TRANSLATION_DOCUMENT_WRITER_H_

// Writing of one document by a compiled pack, with a report on what the standard could not hold.
// Package-private to gateway/translation; others use CompiledPack.
//
// Thread-safe: pure functions.

#include <set>
#include <string>
#include <vector>

#include "gateway/translation/document_results.h"
#include "gateway/translation/pack_program.h"
#include "mrg/gateway/v1/licence.pb.h"

namespace mrg {

// Writes those of `elements` whose id is in `released`, members in the pack's order. An element is
// written whole or not at all; one that the standard cannot hold is LOST with
// ELEMENT_NOT_IN_STANDARD, or CODE_UNKNOWN when only its code has no text there.
// Result: the document and one report for each id of `released`, in its order.
// REQUIRES: each id in `elements` once; texts are UTF-8.
// Source: docs/threats.md M02.
WriteResult WriteByProgram(const PackProgram& program,
                           const std::vector<gateway::v1::Element>& elements,
                           const std::set<std::string>& released);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_DOCUMENT_WRITER_H_
