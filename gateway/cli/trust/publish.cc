#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/ceremony/publication.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/content_uploader.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/trust/ask_again.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/cli/trust_state_words.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

class TrustPublish : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("publish", "hands the signed files to the node");
    folder_.AddRepositoryTo(command);
    auto* everything =
        command->add_flag("--everything", scope_.everything, "also what was published before");
    command
        ->add_option("--role", scope_.role,
                     "only root, targets or j-NN: others may be in the middle of a ceremony")
        ->excludes(everything);
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    command->add_flag("--wait", wait_,
                      "ask again until the node answers and has what it checks by, or --timeout is "
                      "over");
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    const RealClock clock;
    const absl::Duration end = clock.Monotonic() + absl::Seconds(channel_.timeout_seconds);
    absl::Status status = Publish(out);
    while (wait_ && MayYetBeTaken(status) && clock.Monotonic() < end) {
      Pause();
      status = Publish(out);
    }
    return status;
  }

 private:
  // A node that is only just starting, or does not hold the hub's dictionary yet.
  static bool MayYetBeTaken(const absl::Status& status) {
    return IsUnreachable(status) || ReasonOf(status) == Reason::kNodeNotReady;
  }

  absl::Status Publish(Display& out) const {
    const RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const auto stub = gateway::v1::AdminService::NewStub(channel);
    ContentUploader uploader(stub.get(), channel_, &out);
    absl::StatusOr<gateway::v1::PublishRequest> request = MakePublication(
        folder, scope_, [&](std::string bytes) { return uploader.Add(std::move(bytes)); });
    // Before the upload's: that is cut short by what went wrong here.
    if (!request.ok() && !absl::IsCancelled(request.status())) return request.status();
    MRG_RETURN_IF_ERROR(uploader.Finish());
    MRG_RETURN_IF_ERROR(request.status());
    grpc::ClientContext context;
    SetDeadline(channel_, &context);
    gateway::v1::PublishResponse response;
    const grpc::Status status = stub->Publish(&context, *request, &response);
    if (!status.ok()) return GrpcToStatus(status);
    MRG_RETURN_IF_ERROR(folder.MarkPublished(scope_.role));
    MRG_RETURN_IF_ERROR(NoteInForce(*request, ToTime(response.in_force_at()), folder));
    out << "in force since " << ToTime(response.in_force_at()) << "\n";
    PrintRoles(response.roles(), out);
    ShowJson(response, out);
    return absl::OkStatus();
  }

  FolderOptions folder_;
  ApiChannelFlags channel_;
  PublicationScope scope_;
  bool wait_ = false;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustPublish() { return std::make_unique<TrustPublish>(); }

}  // namespace mrg
