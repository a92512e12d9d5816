#ifndef MRG_GATEWAY_FEDERATION_NODE_STATE_H_
#define MRG_GATEWAY_FEDERATION_NODE_STATE_H_

// What a node says of itself beside the view in force: how the last refreshes of each publisher's
// lists ended, and whether it may decide. Shown by AdminService.GetTrustState and by the health
// service.

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"

namespace mrg {

struct RefreshState {
  std::optional<Reason> last_refusal;              // nullopt: the last refresh succeeded
  absl::Time refreshed_at = absl::InfinitePast();  // last success
};

// Thread-safe.
class NodeState {
 public:
  // A refresh of the publisher, or a publication of it, succeeded at `now`.
  void SetRefreshed(const MemberId& publisher, absl::Time now);
  // A refresh was refused; what is in force stays.
  void SetRefusal(const MemberId& publisher, Reason reason);
  // Why the node is not ready; empty: it is. Result: true when that changed.
  bool SetNotReady(std::vector<std::string> reasons);

  // Result: true when the node may decide. Cheap enough for every call.
  bool IsReady() const { return ready_.load(std::memory_order_acquire); }

  std::map<MemberId, RefreshState> Publishers() const;
  std::vector<std::string> NotReadyReasons() const;

 private:
  std::atomic<bool> ready_{false};

  mutable Mutex mu_;
  std::map<MemberId, RefreshState> publishers_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> not_ready_ ABSL_GUARDED_BY(mu_) = {"the node is starting"};
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_NODE_STATE_H_
