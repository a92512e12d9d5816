#ifndef MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_
#define MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_

// What reading and writing a document by a pack gives.
//
// Thread-safe: plain values.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "mrg/gateway/v1/licence.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// Undeclared members of one document that are named; the others are counted. A person reads no
// more.
inline constexpr size_t kUndeclaredPathsMax = 64;
// Bytes of such a path: names are the signer's choice and may be as long as the document.
inline constexpr size_t kUndeclaredPathBytesMax = 256;

// One place in a document that does not say what the standard declares.
struct ElementIssue {
  std::string element_id;  // empty when the place belongs to no element
  std::string path;        // member names joined by ".", rows counted from 0
  Reason reason;           // ELEMENT_MALFORMED, ELEMENT_MISSING or CODE_UNKNOWN
};

// What a document says.
struct ReadResult {
  std::vector<gateway::v1::Element> elements;  // in the pack's order, each id once
  std::vector<ElementIssue> issues;            // in the pack's order
  // Where elements[i] stands, same order; lives as long as the pack. Rows share one path.
  std::vector<absl::string_view> paths;
  // How elements[i] and the document's text agree, same order: EXACT, or as the first of its texts
  // that is not, BROADER or NARROWER.
  std::vector<gateway::v1::PairAccuracy> accuracies;
  // Members that the pack neither declares nor ignores, as far as they are named: paths as in the
  // issues, a long one cut and ended by "…". Nothing is read from them.
  std::vector<std::string> undeclared;
  // All of those members; what stands inside one is not counted.
  size_t undeclared_count = 0;
};

// A written document.
struct WriteResult {
  std::string document;                             // compact UTF-8 JSON
  std::vector<gateway::v1::ElementReport> reports;  // one per released element, by id
};

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_
