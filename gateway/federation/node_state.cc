#include "gateway/federation/node_state.h"

#include <utility>

namespace mrg {

void NodeState::SetRefreshed(const MemberId& publisher, absl::Time now) {
  MutexLock lock(mu_);
  publishers_[publisher] = {std::nullopt, now};
}

void NodeState::SetRefusal(const MemberId& publisher, Reason reason) {
  MutexLock lock(mu_);
  publishers_[publisher].last_refusal = reason;
}

bool NodeState::SetNotReady(std::vector<std::string> reasons) {
  MutexLock lock(mu_);
  if (not_ready_ == reasons) return false;
  not_ready_ = std::move(reasons);
  ready_.store(not_ready_.empty(), std::memory_order_release);
  return true;
}

std::map<MemberId, RefreshState> NodeState::Publishers() const {
  MutexLock lock(mu_);
  return publishers_;
}

std::vector<std::string> NodeState::NotReadyReasons() const {
  MutexLock lock(mu_);
  return not_ready_;
}

}  // namespace mrg
