#include "gateway/witness/log_key_book.h"

#include <utility>

#include "gateway/base/status_macros.h"

namespace mrg {

absl::Status LogKeyBook::Update(const MemberId& publisher, absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(std::vector<LogKey> keys, ParseLogKeysOf(publisher, target_bytes));
  MutexLock lock(mu_);
  keys_[publisher.value()] = std::move(keys);
  return absl::OkStatus();
}

std::vector<LogKey> LogKeyBook::KeysOf(const MemberId& publisher) const {
  MutexLock lock(mu_);
  const auto found = keys_.find(publisher.value());
  return found == keys_.end() ? std::vector<LogKey>() : found->second;
}

}  // namespace mrg
