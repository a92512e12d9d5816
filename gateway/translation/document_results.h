#ifndef MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_
#define MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_

// What reading and writing a document by a pack gives.
//
// Thread-safe: plain values.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "mrg/gateway/v1/licence.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

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
  // Members that the standard does not declare; nothing is read from them.
  std::vector<std::string> undeclared;
};

// A written document.
struct WriteResult {
  std::string document;                             // compact UTF-8 JSON
  std::vector<gateway::v1::ElementReport> reports;  // one per released element, by id
};

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_DOCUMENT_RESULTS_H_
