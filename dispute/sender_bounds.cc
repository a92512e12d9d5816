#include "dispute/sender_bounds.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::Status SenderBounds::Admit(const MemberId& sender, absl::Time now) {
  bool count = false;
  {
    MutexLock lock(mu_);
    Load& load = loads_[sender];
    if (!load.filings.Take(now)) {
      return MakeError(Reason::kDisputesTooMany,
                       absl::StrCat("expected at most ", kRelayedFilingsAtOnceMax,
                                    " filings of a member at once, and one a second"));
    }
    // What was closed since is not known before they are counted again.
    count = !load.open.has_value() ||
            (*load.open >= kRelayedOpenDisputesMax && now - load.counted_at >= kRelayedCountPeriod);
  }
  std::optional<size_t> counted;
  if (count) {
    const std::string prefix = RelayedPrefix(sender.value());
    MRG_ASSIGN_OR_RETURN(
        const std::vector<Row> rows,
        store_->Scan(Keyspace::kDisputeIndex, prefix, PrefixEnd(prefix), kRelayedOpenDisputesMax));
    counted = rows.size();
  }
  MutexLock lock(mu_);
  Load& load = loads_[sender];
  if (counted.has_value()) {
    load.open = *counted;
    load.counted_at = now;
  }
  if (load.open.value_or(0) >= kRelayedOpenDisputesMax) {
    return MakeError(
        Reason::kDisputesTooMany,
        absl::StrCat("expected at most ", kRelayedOpenDisputesMax, " open disputes of a member"));
  }
  load.open = load.open.value_or(0) + 1;
  return absl::OkStatus();
}

}  // namespace mrg
