#include "gateway/rpc/services/dispute_relay_service.h"

#include "gateway/answer/dispute_delivery.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/dispute/v1/dispute_relay.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::DeliverRequest;
using dispute::v1::DeliverResponse;
using dispute::v1::DisputeRelayService;

class DisputeRelayServiceImpl
    : public DisputeRelayService::WithRawCallbackMethod_Deliver<DisputeRelayService::Service> {
 public:
  DisputeRelayServiceImpl(CallEnvironment environment, const MemberDomains* domains,
                          Inbound* inbound)
      : environment_(environment), domains_(domains), inbound_(inbound) {}

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return HandleRaw<DeliverRequest, DeliverResponse>(
        context, environment_, "mrg.dispute.v1.DisputeRelayService", "Deliver", request, response,
        [this](const CallContext& call, const DeliverRequest& message) {
          return DeliverEvents(*domains_, inbound_, call.caller, message, call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const MemberDomains* const domains_;
  Inbound* const inbound_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeRelayService(CallEnvironment environment,
                                                      const MemberDomains* domains,
                                                      Inbound* inbound) {
  return std::make_unique<DisputeRelayServiceImpl>(environment, domains, inbound);
}

}  // namespace mrg
