#include "gateway/rpc/node_state.h"

#include <utility>

namespace mrg {

void NodeState::SetInForce(const InForceSet& set, absl::Time now) {
  MutexLock lock(mu_);
  PublisherView& view = publishers_[set.publisher.value()];
  if (!view.in_force.has_value() || !SameInForce(*view.in_force, set)) {
    view.in_force = set;
    view.in_force_at = now;
  }
  view.last_refusal.reset();
  view.refreshed_at = now;
}

void NodeState::SetRefusal(const MemberId& publisher, Reason reason) {
  MutexLock lock(mu_);
  publishers_[publisher.value()].last_refusal = reason;
}

bool NodeState::SetNotReady(std::vector<std::string> reasons) {
  MutexLock lock(mu_);
  if (not_ready_ == reasons) return false;
  not_ready_ = std::move(reasons);
  ready_.store(not_ready_.empty(), std::memory_order_release);
  return true;
}

std::map<std::string, PublisherView> NodeState::Publishers() const {
  MutexLock lock(mu_);
  return publishers_;
}

std::vector<std::string> NodeState::NotReadyReasons() const {
  MutexLock lock(mu_);
  return not_ready_;
}

}  // namespace mrg
