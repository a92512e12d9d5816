#ifndef MRG_TESTS_FEDERATION_WAIT_UNTIL_H_
#define MRG_TESTS_FEDERATION_WAIT_UNTIL_H_

// Waiting for what another process does: the condition is asked again and again, a bounded number
// of times.
//
// Thread-safe: free functions.

#include <functional>

#include "absl/time/time.h"
#include "gateway/base/mutex.h"

namespace mrg {

// Between two questions.
inline constexpr int kAskAgainMs = 10;

// Result: true as soon as `condition` is; false when it was not within about `at_most`, longer by
// what the questions themselves take.
inline bool WaitUntil(const std::function<bool()>& condition,
                      absl::Duration at_most = absl::Seconds(30)) {
  Mutex mu;
  CondVar never;
  const int64_t tries = absl::ToInt64Milliseconds(at_most) / kAskAgainMs;
  for (int64_t i = 0; i < tries; ++i) {
    if (condition()) return true;
    MutexLock lock(mu);
    never.WaitFor(mu, kAskAgainMs);
  }
  return condition();
}

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_WAIT_UNTIL_H_
