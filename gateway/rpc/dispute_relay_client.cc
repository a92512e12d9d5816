#include "gateway/rpc/dispute_relay_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "grpcpp/client_context.h"
#include "mrg/dispute/v1/dispute_relay.grpc.pb.h"

namespace mrg {

struct DisputeRelayClient::Stubs {
  std::map<std::string, std::unique_ptr<dispute::v1::DisputeRelayService::Stub>> by_member;
};

DisputeRelayClient::DisputeRelayClient(
    const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels, absl::Duration timeout,
    const Clock* clock)
    : timeout_(timeout), clock_(clock), stubs_(std::make_unique<Stubs>()) {
  for (const auto& [member, channel] : channels) {
    stubs_->by_member[member] = dispute::v1::DisputeRelayService::NewStub(channel);
  }
}

DisputeRelayClient::~DisputeRelayClient() = default;

absl::StatusOr<uint64_t> DisputeRelayClient::Deliver(const MemberId& peer,
                                                     const dispute::v1::DeliverRequest& request) {
  const auto stub = stubs_->by_member.find(peer.value());
  if (stub == stubs_->by_member.end()) {
    return MakeError(Reason::kMemberUnknown, "no peer of the configuration is this member");
  }
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(clock_->Now() + timeout_));
  dispute::v1::DeliverResponse response;
  const absl::Status status = GrpcToStatus(stub->second->Deliver(&context, request, &response));
  if (status.ok()) return response.next_sequence();
  if (ReasonOf(status).has_value()) return status;
  return MakeError(Reason::kFetchFailed, absl::StrCat("the peer said: ", status.message()));
}

}  // namespace mrg
