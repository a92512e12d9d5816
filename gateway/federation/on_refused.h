#ifndef MRG_GATEWAY_FEDERATION_ON_REFUSED_H_
#define MRG_GATEWAY_FEDERATION_ON_REFUSED_H_

// Who is told that a publisher's lists, or its first root, were refused.

#include <functional>

#include "absl/status/status.h"
#include "gateway/base/identifiers.h"

namespace mrg {

// What is in force of the publisher stays. Called from any thread.
using OnRefused = std::function<void(const MemberId& publisher, const absl::Status& why)>;

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ON_REFUSED_H_
