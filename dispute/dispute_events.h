#ifndef MRG_DISPUTE_DISPUTE_EVENTS_H_
#define MRG_DISPUTE_DISPUTE_EVENTS_H_

// The rules of single events: their canonical bytes, the bounds of their fields, and how one
// follows another. Not here: which step a dispute's state allows (transition), the history as a
// whole (dispute_history).
//
// Thread-safe: pure functions.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Result: OK when each field of `event` is within its bounds (dispute.proto), whatever stands
// before it. Errors: DISPUTE_EVENT_REFUSED, naming the field; never its content.
absl::Status CheckEvent(const dispute::v1::DisputeEvent& event);

// Result: the event. Errors: DISPUTE_EVENT_REFUSED when the bytes are more than 81,920, not
// canonical, or not within bounds.
absl::StatusOr<dispute::v1::DisputeEvent> ParseEvent(absl::string_view bytes);

// Result: OK for a kind of dispute that this version takes. Errors: NOT_IN_THIS_VERSION for
// another, naming the field.
absl::Status CheckKindIsTaken(dispute::v1::DisputeKind kind);

// Whether `next` may stand right after `previous` (null: at the beginning):
// sequence + 1, the digest of `previous`, the same dispute, a time that does not go back; owner and
// epoch as before, or, for a transfer, from the present owner to another member with epoch + 1.
// Event 1 is FILED by the filing member, its owner with epoch 1.
// REQUIRES: both passed CheckEvent. Errors: DISPUTE_EVENT_REFUSED.
// Source: docs/LIFE_OF_A_DISPUTE.md.
absl::Status CheckContinues(const dispute::v1::DisputeEvent* previous,
                            const dispute::v1::DisputeEvent& next);

// Result: the member that appends `event`: the owner before it. It alone may deliver it first.
// REQUIRES: the event passed CheckEvent.
const std::string& AppenderOf(const dispute::v1::DisputeEvent& event);

// Result: whether the event sets or lifts the mark 异议中 on the licence: an acceptance sets it,
// the decision lifts it.
bool ChangesMark(const dispute::v1::DisputeEvent& event);

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_EVENTS_H_
