#ifndef MRG_GATEWAY_ANSWER_CALLER_H_
#define MRG_GATEWAY_ANSWER_CALLER_H_

// Who asks, and through what: a value apart from how the identity was proved. The listener that
// took the question proves it, by mTLS or by the admin socket's folder; here nobody asks how.
//
// Thread-safe: a plain value.

#include <string>

#include "gateway/base/identifiers.h"

namespace mrg {

struct Caller {
  SpiffeId identity;
  std::string method;  // "<package>.<Service>/<Method>", as the authorisation table names it
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_CALLER_H_
