#ifndef MRG_GATEWAY_ANSWER_PUBLISHER_DECISIONS_H_
#define MRG_GATEWAY_ANSWER_PUBLISHER_DECISIONS_H_

// The answers to RepinPublisher and ResumePublisher: what an operator decides of a publisher whose
// history broke off, in words that are kept with the decision.
//
// Thread-safe: functions over thread-safe parts.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/repin.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "trustlist/fork/fork_store.h"

namespace mrg {

// Begins trust in a publisher anew from another root. Result: the decision as it is kept.
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED with the field's name; as
// RepinDesk::Decide.
absl::StatusOr<gateway::v1::RepinPublisherResponse> DecideRepin(
    const RepinDesk& repins, const gateway::v1::RepinPublisherRequest& message, absl::Time now);

// Goes on with a publisher in spite of one fork. Result: whether another fork still holds it.
// Errors: as DecideRepin for fields; as ForkGate::Resume.
absl::StatusOr<gateway::v1::ResumePublisherResponse> DecideResume(
    ForkGate* gate, const ForkStore& forks, const gateway::v1::ResumePublisherRequest& message,
    absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_PUBLISHER_DECISIONS_H_
