#include "gateway/rpc/services/dispute_queue_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/answer/queue_worker.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::AcceptDisputeRequest;
using dispute::v1::AcceptDisputeResponse;
using dispute::v1::ClaimDisputesRequest;
using dispute::v1::ClaimDisputesResponse;
using dispute::v1::CompleteDisputeRequest;
using dispute::v1::CompleteDisputeResponse;
using dispute::v1::DisputeQueueService;
using dispute::v1::HeartbeatDisputeRequest;
using dispute::v1::HeartbeatDisputeResponse;
using dispute::v1::RefuseDisputeRequest;
using dispute::v1::RefuseDisputeResponse;
using dispute::v1::ReleaseDisputeRequest;
using dispute::v1::ReleaseDisputeResponse;

constexpr char kService[] = "mrg.dispute.v1.DisputeQueueService";

using Base = DisputeQueueService::WithRawCallbackMethod_AcceptDispute<
    DisputeQueueService::WithRawCallbackMethod_RefuseDispute<
        DisputeQueueService::WithRawCallbackMethod_ClaimDisputes<
            DisputeQueueService::WithRawCallbackMethod_HeartbeatDispute<
                DisputeQueueService::WithRawCallbackMethod_CompleteDispute<
                    DisputeQueueService::WithRawCallbackMethod_ReleaseDispute<
                        DisputeQueueService::Service>>>>>>;

// A rule may list an identity that is no worker's; it has no queue to work on.
absl::StatusOr<Worker> RequireWorker(const CallContext& call) {
  std::optional<Worker> worker = WorkerOf(call.identity);
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
absl::StatusOr<RulingOrder> ToRulingOrder(const CallContext& call, const Message& message) {
  MRG_ASSIGN_OR_RETURN(Worker worker, RequireWorker(call));
  MRG_ASSIGN_OR_RETURN(RequestId request_id,
                       RequireId<RequestId>("request_id", message.request_id()));
  MRG_ASSIGN_OR_RETURN(DisputeId dispute, RequireDispute("dispute", message.dispute()));
  RulingOrder order{std::move(worker), std::move(request_id), std::move(dispute), std::nullopt};
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

class DisputeQueueServiceImpl : public Base {
 public:
  DisputeQueueServiceImpl(CallEnvironment environment, DisputeQueue* queue, DisputeRuling* ruling)
      : environment_(environment), queue_(queue), ruling_(ruling) {}

  grpc::ServerUnaryReactor* AcceptDispute(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<AcceptDisputeRequest, AcceptDisputeResponse>(
        context, environment_, kService, "AcceptDispute", request, response,
        [this](const CallContext& call,
               const AcceptDisputeRequest& message) -> absl::StatusOr<AcceptDisputeResponse> {
          MRG_ASSIGN_OR_RETURN(const RulingOrder order, ToRulingOrder(call, message));
          AcceptDisputeResponse answer;
          MRG_ASSIGN_OR_RETURN(*answer.mutable_dispute(), ruling_->Accept(order, call.now));
          return answer;
        });
  }

  grpc::ServerUnaryReactor* RefuseDispute(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<RefuseDisputeRequest, RefuseDisputeResponse>(
        context, environment_, kService, "RefuseDispute", request, response,
        [this](const CallContext& call,
               const RefuseDisputeRequest& message) -> absl::StatusOr<RefuseDisputeResponse> {
          MRG_ASSIGN_OR_RETURN(const RulingOrder order, ToRulingOrder(call, message));
          RefuseDisputeResponse answer;
          MRG_ASSIGN_OR_RETURN(
              *answer.mutable_dispute(),
              ruling_->Refuse(order, {message.explanation_en(), message.explanation_zh()},
                              call.now));
          return answer;
        });
  }

  grpc::ServerUnaryReactor* ClaimDisputes(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<ClaimDisputesRequest, ClaimDisputesResponse>(
        context, environment_, kService, "ClaimDisputes", request, response,
        [this](const CallContext& call, const ClaimDisputesRequest& message) {
          return Claim(call, message);
        });
  }

  grpc::ServerUnaryReactor* HeartbeatDispute(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return HandleRaw<HeartbeatDisputeRequest, HeartbeatDisputeResponse>(
        context, environment_, kService, "HeartbeatDispute", request, response,
        [this](const CallContext& call,
               const HeartbeatDisputeRequest& message) -> absl::StatusOr<HeartbeatDisputeResponse> {
          MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(call));
          MRG_ASSIGN_OR_RETURN(const HeldCase held, RequireLease(message.lease()));
          MRG_ASSIGN_OR_RETURN(
              const absl::Duration duration,
              RequireDuration(message.has_lease_duration(), message.lease_duration()));
          MRG_ASSIGN_OR_RETURN(
              const absl::Time end,
              queue_->Heartbeat(worker, held.dispute, held.token, duration, call.now));
          HeartbeatDisputeResponse answer;
          *answer.mutable_lease() = message.lease();
          *answer.mutable_lease()->mutable_expires_at() = ToTimestamp(end);
          return answer;
        });
  }

  grpc::ServerUnaryReactor* CompleteDispute(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override {
    return HandleRaw<CompleteDisputeRequest, CompleteDisputeResponse>(
        context, environment_, kService, "CompleteDispute", request, response,
        [this](const CallContext& call, const CompleteDisputeRequest& message) {
          return Complete(call, message);
        });
  }

  grpc::ServerUnaryReactor* ReleaseDispute(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<ReleaseDisputeRequest, ReleaseDisputeResponse>(
        context, environment_, kService, "ReleaseDispute", request, response,
        [this](const CallContext& call,
               const ReleaseDisputeRequest& message) -> absl::StatusOr<ReleaseDisputeResponse> {
          MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(call));
          MRG_ASSIGN_OR_RETURN(const HeldCase held, RequireLease(message.lease()));
          MRG_RETURN_IF_ERROR(queue_->Release(worker, held.dispute, held.token, call.now));
          return ReleaseDisputeResponse();
        });
  }

 private:
  absl::StatusOr<ClaimDisputesResponse> Claim(const CallContext& call,
                                              const ClaimDisputesRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const Worker worker, RequireWorker(call));
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
                         queue_->Claim(worker, batch, duration, call.now));
    ClaimDisputesResponse response;
    for (LeasedDispute& one : leased) {
      dispute::v1::ClaimedDispute* claimed = response.add_disputes();
      SetLease(one, claimed->mutable_lease());
      *claimed->mutable_dispute() = std::move(one.dispute);
      claimed->set_receipt(std::move(one.receipt));
    }
    return response;
  }

  absl::StatusOr<CompleteDisputeResponse> Complete(const CallContext& call,
                                                   const CompleteDisputeRequest& message) const {
    MRG_ASSIGN_OR_RETURN(Worker worker, RequireWorker(call));
    MRG_ASSIGN_OR_RETURN(RequestId request_id,
                         RequireId<RequestId>("request_id", message.request_id()));
    MRG_ASSIGN_OR_RETURN(HeldCase held, RequireLease(message.lease()));
    MRG_RETURN_IF_ERROR(RequireEnum("decision", message.decision(),
                                    dispute::v1::DisputeDecision_IsValid(message.decision())));
    CompleteDisputeResponse response;
    MRG_ASSIGN_OR_RETURN(
        *response.mutable_dispute(),
        ruling_->Complete(
            {std::move(worker), std::move(request_id), std::move(held.dispute), held.token},
            message.decision(), {message.explanation_en(), message.explanation_zh()}, call.now));
    return response;
  }

  const CallEnvironment environment_;
  DisputeQueue* const queue_;
  DisputeRuling* const ruling_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeQueueService(CallEnvironment environment,
                                                      DisputeQueue* queue, DisputeRuling* ruling) {
  return std::make_unique<DisputeQueueServiceImpl>(environment, queue, ruling);
}

}  // namespace mrg
