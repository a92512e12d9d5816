#include <memory>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/cli/trust_state_words.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "trustlist/format/metadata_header.h"

namespace mrg {
namespace {

class TrustRepin : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand(
        "repin", "has a node trust another root of a publisher that lost the keys of its own");
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    command->add_option("--publisher", publisher_, "member id")->required();
    command->add_option("--root", root_file_, "the new root's file")->required();
    command
        ->add_option("--sha256", root_sha256_,
                     "its digest as it was told by another way than the file came, in quotes")
        ->required();
    command->add_option("--because", because_, "why; kept for good")->required();
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    gateway::v1::RepinPublisherRequest request;
    request.set_publisher(publisher_);
    MRG_ASSIGN_OR_RETURN(*request.mutable_root(), ReadWholeFile(root_file_));
    // The operator types the digest that was told by another way than the file came; both go to the
    // node.
    auto told = ParseHexSha256(TypedHex(root_sha256_));
    if (!told.ok()) {
      return MakeFieldError(Reason::kFieldMalformed, "--sha256",
                            "expected 64 hex digits, in groups as they are shown or in one");
    }
    request.set_root_sha256(*told);
    request.set_because(because_);
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const auto stub = gateway::v1::AdminService::NewStub(channel);
    grpc::ClientContext context;
    SetDeadline(channel_, &context);
    gateway::v1::RepinPublisherResponse response;
    const grpc::Status status = stub->RepinPublisher(&context, request, &response);
    if (!status.ok()) return GrpcToStatus(status);
    out << publisher_ << "\n";
    PrintRepin(response.repin(), out);
    ShowJson(response, out);
    return absl::OkStatus();
  }

 private:
  ApiChannelFlags channel_;
  std::string publisher_;
  std::string root_file_;
  std::string root_sha256_;
  std::string because_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustRepin() { return std::make_unique<TrustRepin>(); }

}  // namespace mrg
