#ifndef MRG_GATEWAY_CATALOGUE_CONFORMANCE_H_
#define MRG_GATEWAY_CATALOGUE_CONFORMANCE_H_

// Whether what a document says conforms to the catalogue of its type and to the dictionary.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/dictionary.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/licence.pb.h"

namespace mrg {

// An element over which a document is refused, and why.
struct ElementFault {
  std::string element_id;  // as the document or the catalogue's entry has it
  Reason reason;
};

// Result: why the elements do not conform, in this order: ELEMENT_MISSING of each mandatory one
// that is not there or empty, in the entry's order; ELEMENT_MALFORMED of each that is there again;
// then of each element in document order the first of ELEMENT_MALFORMED (unknown id, wrong type,
// wrong count, too long, impossible date or form, a number that NormaliseNumber refuses),
// CODE_UNKNOWN, CHECK_DIGIT_WRONG. Empty when they conform. Elements that the entry does not name
// are held to the dictionary all the same. A holder born after `now` (Asia/Shanghai) is
// ELEMENT_MALFORMED. Source: GB 11643, GB 32100, GB 11714, GB/T 36903.
std::vector<ElementFault> ConformanceFaults(const std::vector<gateway::v1::Element>& elements,
                                            const gateway::v1::CatalogueEntry& entry,
                                            const Dictionary& dictionary,
                                            absl::Time now = absl::InfiniteFuture());

// Result: why one element does not conform to the dictionary; nullopt when it does. The check by
// holder type needs the whole licence and is left to ConformanceFaults.
std::optional<Reason> ElementRefusal(const gateway::v1::Element& element,
                                     const Dictionary& dictionary);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_CONFORMANCE_H_
