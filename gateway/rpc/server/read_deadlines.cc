#include "gateway/rpc/server/read_deadlines.h"

#include <iterator>
#include <utility>

namespace mrg {

ReadDeadlines::Waiting::Waiting(Waiting&& other) noexcept
    : deadlines_(std::exchange(other.deadlines_, nullptr)), read_(other.read_) {}

ReadDeadlines::Waiting::~Waiting() {
  if (deadlines_ == nullptr) return;
  MutexLock lock(deadlines_->mu_);
  deadlines_->reads_.erase(read_);
}

ReadDeadlines::Waiting ReadDeadlines::Begin(absl::Duration now, std::function<void()> cut) {
  MutexLock lock(mu_);
  reads_.push_back({std::move(cut), now});
  return Waiting(this, std::prev(reads_.end()));
}

size_t ReadDeadlines::CutOlderThan(absl::Duration since) {
  MutexLock lock(mu_);
  size_t count = 0;
  for (Read& read : reads_) {
    if (read.since >= since) break;
    if (read.cut == nullptr) continue;
    std::exchange(read.cut, nullptr)();
    ++count;
  }
  return count;
}

}  // namespace mrg
