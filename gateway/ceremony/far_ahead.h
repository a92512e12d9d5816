#ifndef MRG_GATEWAY_CEREMONY_FAR_AHEAD_H_
#define MRG_GATEWAY_CEREMONY_FAR_AHEAD_H_

// A state of a key or a repeal that only takes effect in more than ten years is a slip of the pen
// far more often than it is meant; what is listed by one cannot be taken back, and bites too late.
//
// Thread-safe: a pure function.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

// Errors: FIELD_MALFORMED naming `field` and the flag that permits it, when `from` lies more than
// ten years after `now`.
absl::Status CheckNotFarAhead(absl::string_view field, absl::Time from, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_FAR_AHEAD_H_
