#include "gateway/rpc/services/dispute_relay_service.h"

#include "gateway/answer/dispute_delivery.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"

namespace mrg {
namespace {

using dispute::v1::DeliverRequest;
using dispute::v1::DeliverResponse;

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeRelayService(CallEnvironment environment,
                                                      const MemberDomains* domains,
                                                      Inbound* inbound) {
  auto service =
      std::make_unique<RawService>(LabelValue("mrg.dispute.v1.DisputeRelayService"), environment);
  service->Add<DeliverRequest, DeliverResponse>(
      "Deliver", [domains, inbound](const CallContext& call, const DeliverRequest& message) {
        return DeliverEvents(*domains, inbound, call.caller, message, call.now);
      });
  return service;
}

}  // namespace mrg
