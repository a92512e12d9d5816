#ifndef MRG_DISPUTE_FILING_RULES_H_
#define MRG_DISPUTE_FILING_RULES_H_

// What is asked of a dispute that another member filed before anything of it is stored: all that
// our own filing would have refused. Receipts, agreements and licence-tag keys are not known here,
// so it is implemented above.

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/routing.h"
#include "gateway/base/identifiers.h"

namespace mrg {

// Thread-safe.
class FilingRules {
 public:
  virtual ~FilingRules() = default;

  // Checks event 1 of `history`, which arrives at `now`, and which its filing member vouches for
  // and nobody else. Result: who may own the dispute, in which queue and with which highest
  // priority: what was agreed when it was filed, and when the decision was made, since the filing
  // member may not have heard yet of a change between the two; at least one. What was agreed more
  // than kRelayedAgeMax before `now` is not asked for, or an old date would choose the owner.
  // REQUIRES: not empty.
  // Errors: RECEIPT_* when the receipt is not one of the filing member's log;
  // DISPUTE_EVENT_REFUSED when the dispute says something else than the receipt, or its
  // jurisdictions are not those members'; NODE_NOT_READY (call again).
  virtual absl::StatusOr<std::vector<Destination>> DestinationsOf(const DisputeHistory& history,
                                                                  absl::Time now) const = 0;

  // Result: the other member that the trust domain is known to be of; nullopt when of none.
  virtual std::optional<MemberId> MemberOfDomain(absl::string_view trust_domain) const = 0;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_FILING_RULES_H_
