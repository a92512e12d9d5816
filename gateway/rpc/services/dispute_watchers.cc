#include "gateway/rpc/services/dispute_watchers.h"

#include <utility>

namespace mrg {

DisputeWatchers::Watch::~Watch() {
  MutexLock lock(watchers_->mu_);
  const auto found = watchers_->listeners_.find(dispute_);
  if (found == watchers_->listeners_.end()) return;
  found->second.erase(id_);
  if (found->second.empty()) watchers_->listeners_.erase(found);
}

std::unique_ptr<DisputeWatchers::Watch> DisputeWatchers::Add(const std::string& dispute,
                                                             Listener listener) {
  MutexLock lock(mu_);
  const uint64_t id = next_id_++;
  listeners_[dispute].emplace(id, std::move(listener));
  return std::make_unique<Watch>(this, dispute, id);
}

void DisputeWatchers::Changed(const std::string& dispute) {
  MutexLock lock(mu_);
  const auto found = listeners_.find(dispute);
  if (found == listeners_.end()) return;
  for (const auto& [id, listener] : found->second) listener();
}

}  // namespace mrg
