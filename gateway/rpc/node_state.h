#ifndef MRG_GATEWAY_RPC_NODE_STATE_H_
#define MRG_GATEWAY_RPC_NODE_STATE_H_

// What a node says of itself: which trust lists are in force, how their last refreshes ended, and
// whether it may decide. Shown by AdminService.GetTrustState and by the health service.

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
#include "trustlist/in_force.h"

namespace mrg {

struct PublisherView {
  std::optional<InForceSet> in_force;              // nullopt: nothing yet
  absl::Time in_force_at;                          // of this set, since the node's start
  std::optional<Reason> last_refusal;              // nullopt: the last refresh succeeded
  absl::Time refreshed_at = absl::InfinitePast();  // last success
};

// Thread-safe.
class NodeState {
 public:
  // A refresh or publication succeeded with `set` in force at `now`.
  void SetInForce(const InForceSet& set, absl::Time now);
  // A refresh was refused; what is in force stays.
  void SetRefusal(const MemberId& publisher, Reason reason);
  // Why the node is not ready; empty: it is. Result: true when that changed.
  bool SetNotReady(std::vector<std::string> reasons);

  // Result: true when the node may decide. Cheap enough for every call.
  bool IsReady() const { return ready_.load(std::memory_order_acquire); }

  std::map<std::string, PublisherView> Publishers() const;
  std::vector<std::string> NotReadyReasons() const;

 private:
  std::atomic<bool> ready_{false};

  mutable Mutex mu_;
  std::map<std::string, PublisherView> publishers_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> not_ready_ ABSL_GUARDED_BY(mu_) = {"the node is starting"};
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_NODE_STATE_H_
