#include "gateway/rpc/services/dispute_relay_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
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
        [this](const CallContext& call,
               const DeliverRequest& message) -> absl::StatusOr<DeliverResponse> {
          MRG_ASSIGN_OR_RETURN(const MemberId sender, SenderOf(call.caller.identity));
          const std::vector<std::string> events(message.events().begin(), message.events().end());
          DeliverResponse answer;
          MRG_ASSIGN_OR_RETURN(const uint64_t next,
                               inbound_->Deliver(sender, message.dispute(), events, call.now));
          answer.set_next_sequence(next);
          return answer;
        });
  }

 private:
  absl::StatusOr<MemberId> SenderOf(const SpiffeId& identity) const {
    std::optional<MemberId> member = domains_->Find(identity.trust_domain());
    if (!member.has_value() || !absl::StartsWith(identity.path(), "/node/")) {
      return MakeError(Reason::kIdentityNotListed, "expected the node of a followed member");
    }
    return *std::move(member);
  }

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
