#ifndef MRG_DISPUTE_DISPUTE_STATE_H_
#define MRG_DISPUTE_DISPUTE_STATE_H_

// The present state of a dispute, computed from its events: nothing of it is stored. The terms that
// run in each stage stand here as well.
//
// Thread-safe: pure functions.

#include <optional>

#include "dispute/dispute_history.h"
#include "dispute/transition.h"
#include "dispute/working_calendar.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Result: working days within which the step after `stage` is due; nullopt when nothing is.
// SUBMITTED: accept or refuse in 2. ROUTED: acknowledge in 1. RECEIVED: accept or refuse in 2.
// ACCEPTED and VERIFYING: decide in 5. The terms are ours.
std::optional<int> TermDays(DisputeStage stage);

// Result: the end of the term that runs now; nullopt when none does. REQUIRES: not empty.
std::optional<TermEnd> PresentTerm(const DisputeHistory& history, const WorkingCalendar& calendar);

// Result: the dispute as it stands. `lease_is_live`: a worker holds it now; leases are no events.
// REQUIRES: the history is not empty.
dispute::v1::Dispute FoldDispute(const DisputeHistory& history, const WorkingCalendar& calendar,
                                 bool lease_is_live);

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_STATE_H_
