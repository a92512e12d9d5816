#include "gateway/answer/status_pace.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {

absl::Status StatusPace::Admit(const SpiffeId& caller, absl::Time now) {
  MutexLock lock(mu_);
  if (allowances_.size() >= kPacedIdentitiesMax) {
    std::erase_if(allowances_, [now](const auto& one) { return one.second.IsFull(now); });
  }
  const bool is_known = allowances_.contains(caller);
  if (!is_known && allowances_.size() >= kPacedIdentitiesMax) {
    return MakeError(Reason::kOverloaded, "too many identities change the status of licences");
  }
  if (allowances_.try_emplace(caller, kStatusChangesAtOnceMax).first->second.Take(now)) {
    return absl::OkStatus();
  }
  return MakeError(Reason::kOverloaded,
                   absl::StrCat("expected at most ", kStatusChangesAtOnceMax,
                                " changes of status by one identity at once, and one a second"));
}

}  // namespace mrg
