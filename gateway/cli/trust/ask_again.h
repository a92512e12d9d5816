#ifndef MRG_GATEWAY_CLI_TRUST_ASK_AGAIN_H_
#define MRG_GATEWAY_CLI_TRUST_ASK_AGAIN_H_

// What --wait of several subcommands does between two questions to a node.
//
// Thread-safe: free functions.

#include "absl/status/status.h"
#include "gateway/base/mutex.h"

namespace mrg {

// Between two questions.
inline constexpr int kAskAgainMs = 500;

// Waits that long; nobody wakes it.
inline void Pause() {
  Mutex mu;
  CondVar never;
  MutexLock lock(mu);
  never.WaitFor(mu, kAskAgainMs);
}

// Result: true for what a node that is only just starting gives.
inline bool IsUnreachable(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_ASK_AGAIN_H_
