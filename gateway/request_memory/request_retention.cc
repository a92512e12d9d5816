#include "gateway/request_memory/request_retention.h"

#include "gateway/base/status_macros.h"
#include "gateway/request_memory/request_memory.h"

namespace mrg {

absl::Status RequestRetention::RunOnce(absl::Time now, absl::Duration monotonic) {
  MRG_ASSIGN_OR_RETURN(const absl::Time begin, day_.BeginAt(now, monotonic));
  return ForgetOldRequests(*store_, begin, kRequestsForgottenInOneTurn).status();
}

}  // namespace mrg
