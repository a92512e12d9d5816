#ifndef MRG_GATEWAY_ANSWER_STATUS_PACE_H_
#define MRG_GATEWAY_ANSWER_STATUS_PACE_H_

// How fast one identity may change the status of licences: each change is a publication, which is
// signed, kept for good, and fetched by every follower.

#include <cstddef>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/allowance.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"

namespace mrg {

// Changes that one identity may make at once, and after that one a second: each leaves some 60 KiB
// for good. An office's whole day at once.
inline constexpr int kStatusChangesAtOnceMax = 256;
// Identities whose changes are counted at a time; above it others are OVERLOADED.
inline constexpr size_t kPacedIdentitiesMax = 4096;

// Thread-safe.
class StatusPace {
 public:
  // Counts one more change of `caller`, whether or not it is made in the end. Errors: OVERLOADED
  // when it made kStatusChangesAtOnceMax at once and one a second since, or too many others did.
  absl::Status Admit(const SpiffeId& caller, absl::Time now);

 private:
  Mutex mu_;
  std::map<SpiffeId, Allowance> allowances_ ABSL_GUARDED_BY(mu_);  // of whoever has not all of it
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_STATUS_PACE_H_
