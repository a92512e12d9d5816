#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/cli/trust_state_words.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

class TrustStatus : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("status", "says what is in force on a node");
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const auto stub = gateway::v1::AdminService::NewStub(channel);
    grpc::ClientContext context;
    SetDeadline(channel_, &context);
    gateway::v1::GetTrustStateResponse response;
    const grpc::Status status =
        stub->GetTrustState(&context, gateway::v1::GetTrustStateRequest(), &response);
    if (!status.ok()) return GrpcToStatus(status);
    PrintTrustState(response, out);
    return absl::OkStatus();
  }

 private:
  ApiChannelFlags channel_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustStatus() { return std::make_unique<TrustStatus>(); }

}  // namespace mrg
