#include "trustlist/fork/stored_history.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

StoredHistory::StoredHistory(MemberId publisher, OrderedStore* store, OnForkFn on_fork)
    : publisher_(std::move(publisher)),
      forks_(store, std::move(on_fork)),
      metadata_(store),
      timestamps_(store) {}

absl::Status StoredHistory::CheckNotFrozen() const { return forks_.CheckNotFrozen(publisher_); }

absl::StatusOr<bool> StoredHistory::Agrees(absl::string_view role, absl::string_view bytes,
                                           absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const ForkWatch::Verdict verdict,
                       forks_.Compare(publisher_, role, bytes, now));
  if (verdict != ForkWatch::Verdict::kForked) return verdict == ForkWatch::Verdict::kAgrees;
  MRG_RETURN_IF_ERROR(CheckNotFrozen());
  // An operator answered it while it was being compared.
  return false;
}

absl::Status StoredHistory::KeepEarlier(int64_t first, std::span<const std::string> timestamps) {
  MRG_ASSIGN_OR_RETURN(const auto keys_sha256, metadata_.TimestampKeys(publisher_));
  if (!keys_sha256.has_value()) return absl::OkStatus();
  return timestamps_.KeepEarlier(publisher_, *keys_sha256, first, timestamps);
}

}  // namespace mrg
