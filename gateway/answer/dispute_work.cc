#include "gateway/answer/dispute_work.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/answer/queue_worker.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using dispute::v1::AcceptDisputeRequest;
using dispute::v1::AcceptDisputeResponse;
using dispute::v1::ClaimDisputesRequest;
using dispute::v1::ClaimDisputesResponse;
using dispute::v1::CompleteDisputeRequest;
using dispute::v1::CompleteDisputeResponse;
using dispute::v1::HeartbeatDisputeRequest;
using dispute::v1::HeartbeatDisputeResponse;
using dispute::v1::RefuseDisputeRequest;
using dispute::v1::RefuseDisputeResponse;
using dispute::v1::ReleaseDisputeRequest;
using dispute::v1::ReleaseDisputeResponse;

// A rule may list an identity that is no worker's; it has no queue to work on.
absl::StatusOr<Worker> RequireWorker(const SpiffeId& caller) {
  std::optional<Worker> worker = WorkerOf(caller);
  if (worker.has_value()) return *std::move(worker);
  return MakeError(Reason::kIdentityNotListed, "expected a worker, /worker/<queue>/<name>");
}

absl::StatusOr<DisputeId> RequireDispute(absl::string_view field, const std::string& text) {
  if (text.empty()) return MakeFieldError(Reason::kFieldRequired, field, "expected a value");
  auto id = DisputeId::Parse(text);
  if (id.ok()) return id;
  return MakeFieldError(Reason::kFieldMalformed, field, "expected <member>/<UUIDv7>");
}

// What a lease in a request says; its end is ignored.
struct HeldCase {
  DisputeId dispute;
  FencingToken token;
};

absl::StatusOr<HeldCase> RequireLease(const dispute::v1::Lease& lease) {
  MRG_ASSIGN_OR_RETURN(DisputeId dispute, RequireDispute("lease.dispute", lease.dispute()));
  return HeldCase{std::move(dispute), {lease.owner_epoch(), lease.lease_token()}};
}

absl::StatusOr<absl::Duration> RequireDuration(bool present,
                                               const google::protobuf::Duration& duration) {
  constexpr int32_t kNanosPerSecond = 1000000000;
  constexpr int64_t kSecondsMax = 24 * 3600;
  if (!present) {
    return MakeFieldError(Reason::kFieldRequired, "lease_duration", "expected 30 s to 12 h");
  }
  if (duration.seconds() < 0 || duration.seconds() > kSecondsMax || duration.nanos() < 0 ||
      duration.nanos() >= kNanosPerSecond) {
    return MakeFieldError(Reason::kFieldMalformed, "lease_duration", "expected 30 s to 12 h");
  }
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// An order of accepting or refusing, where the lease may be left out.
template <typename Message>
absl::StatusOr<RulingOrder> ToRulingOrder(const SpiffeId& caller, const Message& message) {
  MRG_ASSIGN_OR_RETURN(Worker worker, RequireWorker(caller));
  FieldViolations violations;
  auto request_id = violations.Note(RequireId<RequestId>("request_id", message.request_id()));
  auto dispute = violations.Note(RequireDispute("dispute", message.dispute()));
  MRG_RETURN_IF_ERROR(violations.status());
  RulingOrder order{std::move(worker), *std::move(request_id), *std::move(dispute), std::nullopt};
  if (message.has_lease()) {
    MRG_ASSIGN_OR_RETURN(const HeldCase held, RequireLease(message.lease()));
    if (held.dispute != order.dispute) {
      return MakeFieldError(Reason::kFieldMalformed, "lease.dispute", "expected `dispute`");
    }
    order.token = held.token;
  }
  return order;
}

void SetLease(const LeasedDispute& leased, dispute::v1::Lease* lease) {
  lease->set_dispute(leased.dispute.name());
  lease->set_owner_epoch(leased.token.owner_epoch);
  lease->set_lease_token(leased.token.lease_token);
  *lease->mutable_expires_at() = ToTimestamp(leased.expires_at);
}

}  // namespace

absl::StatusOr<AcceptDisputeResponse> DisputeWork::Accept(const SpiffeId& caller,
                                                          const AcceptDisputeRequest& message,
                                                          absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const RulingOrder order, ToRulingOrder(caller, message));
  AcceptDisputeResponse response;
  MRG_ASSIGN_OR_RETURN(*response.mutable_dispute(), ruling_->Accept(order, now));
  return response;
}

absl::StatusOr<RefuseDisputeResponse> DisputeWork::Refuse(const SpiffeId& caller,
                                                          const RefuseDisputeRequest& message,
                                                          absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const RulingOrder order, ToRulingOrder(caller, message));
  RefuseDisputeResponse response;
  MRG_ASSIGN_OR_RETURN(
      *response.mutable_dispute(),
      ruling_->Refuse(order, {message.explanation_en(), message.explanation_zh()}, now));
  return response;
}

absl::StatusOr<ClaimDisputesResponse> DisputeWork::Claim(const SpiffeId& caller,
                                                         const ClaimDisputesRequest& message,
                                                         absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(caller));
  if (message.queue().empty()) {
    return MakeFieldError(Reason::kFieldRequired, "queue", "expected a value");
  }
  if (!IsQueueName(message.queue())) {
    return MakeFieldError(Reason::kFieldMalformed, "queue", "expected [a-z0-9-]{1,64}");
  }
  if (message.queue() != worker.queue) {
    return MakeError(Reason::kIdentityNotListed, "the caller is a worker of another queue");
  }
  MRG_ASSIGN_OR_RETURN(const absl::Duration duration,
                       RequireDuration(message.has_lease_duration(), message.lease_duration()));
  const int batch = message.batch_size() == 0 ? 1 : message.batch_size();
  MRG_ASSIGN_OR_RETURN(std::vector<LeasedDispute> leased,
                       queue_->Claim(worker, batch, duration, now));
  ClaimDisputesResponse response;
  for (LeasedDispute& one : leased) {
    dispute::v1::ClaimedDispute* claimed = response.add_disputes();
    SetLease(one, claimed->mutable_lease());
    *claimed->mutable_dispute() = std::move(one.dispute);
    claimed->set_receipt(std::move(one.receipt));
  }
  return response;
}

absl::StatusOr<HeartbeatDisputeResponse> DisputeWork::Heartbeat(
    const SpiffeId& caller, const HeartbeatDisputeRequest& message, absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(caller));
  FieldViolations violations;
  const auto held = violations.Note(RequireLease(message.lease()));
  const auto duration =
      violations.Note(RequireDuration(message.has_lease_duration(), message.lease_duration()));
  MRG_RETURN_IF_ERROR(violations.status());
  MRG_ASSIGN_OR_RETURN(const absl::Time end,
                       queue_->Heartbeat(worker, held->dispute, held->token, *duration, now));
  HeartbeatDisputeResponse response;
  *response.mutable_lease() = message.lease();
  *response.mutable_lease()->mutable_expires_at() = ToTimestamp(end);
  return response;
}

absl::StatusOr<CompleteDisputeResponse> DisputeWork::Complete(const SpiffeId& caller,
                                                              const CompleteDisputeRequest& message,
                                                              absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(Worker worker, RequireWorker(caller));
  FieldViolations violations;
  auto request_id = violations.Note(RequireId<RequestId>("request_id", message.request_id()));
  auto held = violations.Note(RequireLease(message.lease()));
  violations.Note(RequireEnum("decision", message.decision(),
                              dispute::v1::DisputeDecision_IsValid(message.decision())));
  MRG_RETURN_IF_ERROR(violations.status());
  CompleteDisputeResponse response;
  MRG_ASSIGN_OR_RETURN(
      *response.mutable_dispute(),
      ruling_->Complete(
          {std::move(worker), *std::move(request_id), std::move(held->dispute), held->token},
          message.decision(), {message.explanation_en(), message.explanation_zh()}, now));
  return response;
}

absl::StatusOr<ReleaseDisputeResponse> DisputeWork::Release(const SpiffeId& caller,
                                                            const ReleaseDisputeRequest& message,
                                                            absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(caller));
  MRG_ASSIGN_OR_RETURN(const HeldCase held, RequireLease(message.lease()));
  MRG_RETURN_IF_ERROR(queue_->Release(worker, held.dispute, held.token, now));
  return ReleaseDisputeResponse();
}

}  // namespace mrg
