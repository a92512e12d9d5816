#include <algorithm>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/trust/ask_again.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/cli/trust_state_words.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::GetTrustStateResponse;

class TrustStatus : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("status", "says what is in force on a node");
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    command->add_flag("--wait", wait_, "ask again until the node is ready, or --timeout is over");
    return command;
  }

  // What the node says; with --wait what it says last.
  absl::Status Run(absl::Time, Display& out) override {
    const RealClock clock;
    const absl::Duration end = clock.Monotonic() + absl::Seconds(channel_.timeout_seconds);
    absl::StatusOr<GetTrustStateResponse> state = Ask(end);
    // A node that is only just starting does not answer yet.
    while (wait_ && (state.ok() ? !state->ready() : IsUnreachable(state.status())) &&
           clock.Monotonic() < end) {
      Pause();
      state = Ask(end);
    }
    MRG_RETURN_IF_ERROR(state.status());
    PrintTrustState(*state, out);
    ShowJson(*state, out);
    if (state->ready()) return absl::OkStatus();
    return MakeError(Reason::kNodeNotReady,
                     "the node decides nothing as long as what stands above "
                     "keeps it from being ready");
  }

 private:
  absl::StatusOr<GetTrustStateResponse> Ask(absl::Duration end) const {
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const auto stub = gateway::v1::AdminService::NewStub(channel);
    grpc::ClientContext context;
    // The last question has at least the time for an answer.
    const RealClock clock;
    const absl::Duration left = std::max(end - clock.Monotonic(), absl::Seconds(1));
    context.set_deadline(absl::ToChronoTime(clock.Now() + left));
    GetTrustStateResponse response;
    const grpc::Status status =
        stub->GetTrustState(&context, gateway::v1::GetTrustStateRequest(), &response);
    if (!status.ok()) return GrpcToStatus(status);
    return response;
  }

  ApiChannelFlags channel_;
  bool wait_ = false;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustStatus() { return std::make_unique<TrustStatus>(); }

}  // namespace mrg
