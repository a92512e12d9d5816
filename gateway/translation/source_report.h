#ifndef MRG_GATEWAY_TRANSLATION_SOURCE_REPORT_H_
#define MRG_GATEWAY_TRANSLATION_SOURCE_REPORT_H_

// What is reported of a document as it was presented: members that nobody declared, and texts that
// are not what their code says.
//
// Thread-safe: pure functions.

#include "gateway/base/reason.h"
#include "gateway/translation/document_results.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// Result: SOURCE_BROADER or SOURCE_NARROWER. REQUIRES: `accuracy` is one of the two.
Reason SourceReason(gateway::v1::PairAccuracy accuracy);

// Result: how many undeclared members there are, and a report on each that is named, in the order
// in which they were found.
gateway::v1::UndeclaredMembers UndeclaredIn(const ReadResult& read);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_SOURCE_REPORT_H_
