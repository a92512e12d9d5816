#include "dispute/row_holds.h"

namespace mrg {

std::optional<RowHold> RowHold::Take(std::shared_ptr<RowHolds> holds, Keyspace keyspace,
                                     absl::string_view key) {
  std::string owned(key);
  {
    MutexLock lock(holds->mu_);
    if (!holds->held_.emplace(keyspace, owned).second) return std::nullopt;
  }
  return RowHold(std::move(holds), keyspace, std::move(owned));
}

RowHold& RowHold::operator=(RowHold&& other) noexcept {
  if (this != &other) {
    Release();
    holds_ = std::move(other.holds_);
    keyspace_ = other.keyspace_;
    key_ = std::move(other.key_);
  }
  return *this;
}

void RowHold::Release() {
  if (holds_ == nullptr) return;
  {
    MutexLock lock(holds_->mu_);
    holds_->held_.erase({keyspace_, key_});
  }
  holds_.reset();
}

}  // namespace mrg
