#ifndef MRG_GATEWAY_ANSWER_MARK_DECISION_H_
#define MRG_GATEWAY_ANSWER_MARK_DECISION_H_

// The answer to LiftDisputeMark: an operator of the issuing side takes a mark from its licence, in
// words that are kept with the decision.
//
// Thread-safe: a function over thread-safe parts.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/mark_lift.h"
#include "gateway/base/event_log.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// Result: the decision as it is kept; the log tells of it, without the words.
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED with the field's name; as
// MarkLift::Lift.
absl::StatusOr<gateway::v1::LiftDisputeMarkResponse> DecideMarkLift(
    MarkLift* marks, EventLog* events, const gateway::v1::LiftDisputeMarkRequest& message,
    absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_MARK_DECISION_H_
