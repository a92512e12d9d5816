#ifndef MRG_GATEWAY_RECOGNITION_REFUSED_ELEMENTS_H_
#define MRG_GATEWAY_RECOGNITION_REFUSED_ELEMENTS_H_

// Over which elements of its document a licence was refused: canonical ids, so that whoever wrote
// the document finds the place. Values are in none of it.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/conformance.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/licence_facts.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/translation/compiled_pack.h"

namespace mrg {

// Ids that are named of one reason. A person reads no more.
inline constexpr size_t kRefusedElementsMax = 64;

// Result: why the document does not conform: what the pack could not read of it, or else what the
// catalogue or the dictionary refuses; empty when it conforms. An id is empty where a place belongs
// to no element.
std::vector<ElementFault> DocumentFaults(const ReadResult& content,
                                         const gateway::v1::CatalogueEntry& entry,
                                         const Dictionary& dictionary, absl::Time now);

// What refusals over one document are explained from; borrowed.
struct RefusedDocument {
  const RecognitionSnapshot* snapshot;
  const RecognitionRequest* request;
  const LicenceFacts* facts;
  const std::vector<ElementFault>* faults;  // of DocumentFaults
  absl::Time now;
};

// Result: the ids of the elements on which `reason` turned, each once, at most
// kRefusedElementsMax; empty for a reason that is not about an element. Of the dictionaries in
// force alone: no text that only the document's signer or a pack's author chose.
std::vector<std::string> RefusedElements(Reason reason, const RefusedDocument& document);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_REFUSED_ELEMENTS_H_
