#include "gateway/rpc/services/dispute_queue_service.h"

#include "gateway/answer/dispute_work.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"

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

constexpr char kService[] = "mrg.dispute.v1.DisputeQueueService";

}  // namespace

std::unique_ptr<RawService> NewDisputeQueueService(CallEnvironment environment, DisputeQueue* queue,
                                                   DisputeRuling* ruling) {
  const auto work = std::make_shared<const DisputeWork>(queue, ruling);
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<AcceptDisputeRequest, AcceptDisputeResponse>(
      "AcceptDispute", [work](const CallContext& call, const AcceptDisputeRequest& message) {
        return work->Accept(call.caller.identity, message, call.now);
      });
  service->Add<RefuseDisputeRequest, RefuseDisputeResponse>(
      "RefuseDispute", [work](const CallContext& call, const RefuseDisputeRequest& message) {
        return work->Refuse(call.caller.identity, message, call.now);
      });
  service->Add<ClaimDisputesRequest, ClaimDisputesResponse>(
      "ClaimDisputes", [work](const CallContext& call, const ClaimDisputesRequest& message) {
        return work->Claim(call.caller.identity, message, call.now);
      });
  service->Add<HeartbeatDisputeRequest, HeartbeatDisputeResponse>(
      "HeartbeatDispute", [work](const CallContext& call, const HeartbeatDisputeRequest& message) {
        return work->Heartbeat(call.caller.identity, message, call.now);
      });
  service->Add<CompleteDisputeRequest, CompleteDisputeResponse>(
      "CompleteDispute", [work](const CallContext& call, const CompleteDisputeRequest& message) {
        return work->Complete(call.caller.identity, message, call.now);
      });
  service->Add<ReleaseDisputeRequest, ReleaseDisputeResponse>(
      "ReleaseDispute", [work](const CallContext& call, const ReleaseDisputeRequest& message) {
        return work->Release(call.caller.identity, message, call.now);
      });
  return service;
}

}  // namespace mrg
