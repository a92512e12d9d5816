#include "gateway/answer/mark_decision.h"

#include "dispute/dispute_id.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kDisputeNameBytesMax = 100;
constexpr size_t kBecauseBytesMax = 1024;

}  // namespace

absl::StatusOr<gateway::v1::LiftDisputeMarkResponse> DecideMarkLift(
    MarkLift* marks, EventLog* events, const gateway::v1::LiftDisputeMarkRequest& message,
    absl::Time now) {
  MRG_RETURN_IF_ERROR(RequireText("dispute", message.dispute(), kDisputeNameBytesMax));
  const absl::StatusOr<DisputeId> dispute = DisputeId::Parse(message.dispute());
  if (!dispute.ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "dispute", "expected a dispute id");
  }
  MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
  MRG_ASSIGN_OR_RETURN(const dispute::v1::StoredMarkLift lift,
                       marks->Lift(*dispute, message.because(), now));
  const absl::Time lifted_at = ToTime(lift.lifted_at());
  // A repeat is told the decision, which the log has already.
  if (absl::ToUnixMicros(lifted_at) == absl::ToUnixMicros(now)) {
    events->Write(Event::kDisputeMarkLifted,
                  {{"filing_member", dispute->filing_member()}, {"lifted_at", lifted_at}});
  }
  gateway::v1::LiftDisputeMarkResponse response;
  *response.mutable_lifted_at() = lift.lifted_at();
  response.set_because(lift.because());
  return response;
}

}  // namespace mrg
