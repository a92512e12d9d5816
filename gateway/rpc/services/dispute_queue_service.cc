#include "gateway/rpc/services/dispute_queue_service.h"

#include "gateway/answer/dispute_work.h"
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

class DisputeQueueServiceImpl : public Base {
 public:
  DisputeQueueServiceImpl(CallEnvironment environment, DisputeQueue* queue, DisputeRuling* ruling)
      : environment_(environment), work_(queue, ruling) {}

  grpc::ServerUnaryReactor* AcceptDispute(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<AcceptDisputeRequest, AcceptDisputeResponse>(
        context, environment_, kService, "AcceptDispute", request, response,
        [this](const CallContext& call, const AcceptDisputeRequest& message) {
          return work_.Accept(call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* RefuseDispute(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<RefuseDisputeRequest, RefuseDisputeResponse>(
        context, environment_, kService, "RefuseDispute", request, response,
        [this](const CallContext& call, const RefuseDisputeRequest& message) {
          return work_.Refuse(call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* ClaimDisputes(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<ClaimDisputesRequest, ClaimDisputesResponse>(
        context, environment_, kService, "ClaimDisputes", request, response,
        [this](const CallContext& call, const ClaimDisputesRequest& message) {
          return work_.Claim(call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* HeartbeatDispute(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return HandleRaw<HeartbeatDisputeRequest, HeartbeatDisputeResponse>(
        context, environment_, kService, "HeartbeatDispute", request, response,
        [this](const CallContext& call, const HeartbeatDisputeRequest& message) {
          return work_.Heartbeat(call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* CompleteDispute(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override {
    return HandleRaw<CompleteDisputeRequest, CompleteDisputeResponse>(
        context, environment_, kService, "CompleteDispute", request, response,
        [this](const CallContext& call, const CompleteDisputeRequest& message) {
          return work_.Complete(call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* ReleaseDispute(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<ReleaseDisputeRequest, ReleaseDisputeResponse>(
        context, environment_, kService, "ReleaseDispute", request, response,
        [this](const CallContext& call, const ReleaseDisputeRequest& message) {
          return work_.Release(call.caller.identity, message, call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const DisputeWork work_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeQueueService(CallEnvironment environment,
                                                      DisputeQueue* queue, DisputeRuling* ruling) {
  return std::make_unique<DisputeQueueServiceImpl>(environment, queue, ruling);
}

}  // namespace mrg
