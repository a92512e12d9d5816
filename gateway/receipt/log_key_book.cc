#include "gateway/receipt/log_key_book.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/receipt/log_keys.h"

namespace mrg {

absl::Status LogKeyBook::Update(const MemberId& publisher, absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(std::vector<LogKey> keys, ParseLogKeys(target_bytes));
  for (const LogKey& key : keys) {
    if (absl::StartsWith(key.origin, absl::StrCat(publisher.value(), "/"))) continue;
    return MakeError(Reason::kMetadataMalformed, "log-keys: expected logs of the publisher only");
  }
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
