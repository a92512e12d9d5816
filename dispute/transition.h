#ifndef MRG_DISPUTE_TRANSITION_H_
#define MRG_DISPUTE_TRANSITION_H_

// The one table of what may happen to a dispute in which stage. Everything else refuses.
//
//              FILE       TRANSFER   RECEIVE    ACCEPT     REFUSE     CLAIM      RETURN     RESOLVE
//   NONE       SUBMITTED  -          -          -          -          -          -          -
//   SUBMITTED  -          ROUTED     -          ACCEPTED   REFUSED    SUBMITTED  SUBMITTED  -
//   ROUTED     -          -          RECEIVED   -          -          -          -          -
//   RECEIVED   -          -          -          ACCEPTED   REFUSED    RECEIVED   RECEIVED   -
//   ACCEPTED   -          -          -          -          -          VERIFYING  -          CLOSED
//   VERIFYING  -          -          -          -          -          -          ACCEPTED   CLOSED
//   CLOSED     -          -          -          -          -          -          -          -
//   REFUSED    -          -          -          -          -          -          -          -
//
// ROUTED is transferred and not acknowledged, RECEIVED acknowledged; both show as state ROUTED.
// CLAIM and RETURN (release, or the end of a lease) are no events: VERIFYING is ACCEPTED under a
// live lease. A history knows no leases, so RESOLVE is allowed from both; that the resolver holds
// the lease is checked by its token, where the write lands. A dispute is transferred at most once
// in this version, which bounds a history to five events.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Rows of the table.
enum class DisputeStage {
  kNone,
  kSubmitted,
  kRouted,
  kReceived,
  kAccepted,
  kVerifying,
  kClosed,
  kRefused,
};

// Columns of the table.
enum class DisputeStep {
  kFile,
  kTransfer,
  kReceive,
  kAccept,
  kRefuse,
  kClaim,
  kReturn,
  kResolve,
};

// Result: the stage after `step`; nullopt: the step is refused.
std::optional<DisputeStage> NextStage(DisputeStage stage, DisputeStep step);

// Result: the step that an event is. REQUIRES: the event has a body.
DisputeStep StepOf(const dispute::v1::DisputeEvent& event);

// Result: how a stage shows; UNSPECIFIED for kNone.
dispute::v1::DisputeState StateOf(DisputeStage stage);

// Result: true when nothing follows.
inline bool IsFinal(DisputeStage stage) {
  return stage == DisputeStage::kClosed || stage == DisputeStage::kRefused;
}

// Result: the table as text, one row a line, for tests/golden/dispute_transitions.txt.
std::string TransitionTable();

}  // namespace mrg

#endif  // MRG_DISPUTE_TRANSITION_H_
