#include "gateway/federation/trust_hints.h"

#include <utility>

namespace mrg {

TrustHints::Subscription::~Subscription() {
  MutexLock lock(hints_->mu_);
  hints_->listeners_.erase(id_);
}

void TrustHints::Set(const MemberId& publisher, int64_t version) {
  MutexLock lock(mu_);
  int64_t& held = versions_[publisher.value()];
  if (held == version) return;
  held = version;
  for (const auto& [id, listener] : listeners_) listener(publisher.value(), version);
}

std::unique_ptr<TrustHints::Subscription> TrustHints::Subscribe(Listener listener) {
  MutexLock lock(mu_);
  for (const auto& [publisher, version] : versions_) listener(publisher, version);
  const uint64_t id = next_id_++;
  listeners_.emplace(id, std::move(listener));
  return std::make_unique<Subscription>(this, id);
}

}  // namespace mrg
