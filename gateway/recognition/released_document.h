#ifndef MRG_GATEWAY_RECOGNITION_RELEASED_DOCUMENT_H_
#define MRG_GATEWAY_RECOGNITION_RELEASED_DOCUMENT_H_

// The answer's document: what may be given of a licence, written in the target standard (the last
// check of a recognition, and all of Translate).
//
// Thread-safe: pure functions.

#include <set>
#include <string>
#include <vector>

#include "gateway/translation/compiled_pack.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

struct ReleasedDocument {
  std::string document;                             // of the target pack's standard
  std::set<std::string> ids;                        // canonical ids that may be given
  std::vector<gateway::v1::ElementReport> reports;  // withheld ones, then what the pack reports
};

// `content`: what the source pack read. `requested`: canonical ids; empty asks for all that `rule`
// allows.
ReleasedDocument ReleaseDocument(const gateway::v1::AgreementRule& rule, const CompiledPack& target,
                                 const ReadResult& content,
                                 const std::vector<std::string>& requested);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_RELEASED_DOCUMENT_H_
