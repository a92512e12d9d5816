#ifndef MRG_GATEWAY_RECOGNITION_RELEASED_ELEMENTS_H_
#define MRG_GATEWAY_RECOGNITION_RELEASED_ELEMENTS_H_

// Which elements an answer may hold: requested and allowed (最小够用). Asking for one that is not
// allowed is reported and changes nothing else.
//
// Thread-safe: pure functions.

#include <set>
#include <string>
#include <vector>

#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

struct ReleasedElements {
  std::set<std::string> ids;                         // canonical ids that may be given
  std::vector<gateway::v1::ElementReport> withheld;  // asked for but not allowed, in request order
};

// `requested`: canonical ids; empty asks for all that is allowed.
ReleasedElements ReleaseElements(const gateway::v1::AgreementRule& rule,
                                 const std::vector<std::string>& requested);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_RELEASED_ELEMENTS_H_
