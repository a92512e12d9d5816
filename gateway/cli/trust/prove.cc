#include <memory>
#include <string>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/proof.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "gateway/rpc/peers/grpc_fetcher.h"

namespace mrg {
namespace {

class TrustProve : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command =
        trust->add_subcommand("prove", "proves that a list holds an entry, or does not");
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    CLI::Option* const address = command->get_option("--address")->required(false);
    CLI::Option* const in_folder =
        command->add_option("--repository", repository_, "folder of the repository");
    command->add_option("--publisher", publisher_, "or a member id: asks the node at --address")
        ->excludes(in_folder)
        ->needs(address);
    command->add_option("--target", path_, "target path of the list, e.g. 31/issuers")->required();
    command->add_option("--entry", entry_, "id of the entry, e.g. <issuer code>/<hex SHA-256>")
        ->required();
    command->add_option("--proof", proof_, "file of the proof")->required();
    return command;
  }

  std::string UsageError() const override {
    return repository_.empty() == publisher_.empty() ? "expected either --repository or --publisher"
                                                     : "";
  }

  absl::Status Run(absl::Time, Display& out) override {
    MRG_ASSIGN_OR_RETURN(const trustlist::v1::EntryProof proof, Prove());
    const std::string bytes = CanonicalBytes(proof);
    MRG_RETURN_IF_ERROR(WriteWholeFile(proof_, bytes));
    out << "wrote " << proof_ << ", " << bytes.size() << " bytes\n";
    ShowJson({{"proof", proof_}, {"bytes", bytes.size()}}, out);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<trustlist::v1::EntryProof> Prove() const {
    if (publisher_.empty())
      return ProveFromFolder(path_, TypedEntryId(entry_), RepositoryFolder(repository_));
    MRG_ASSIGN_OR_RETURN(MemberId publisher, MemberId::Parse(publisher_));
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const RealClock clock;
    CallsUnderWay calls;
    GrpcFetcher node(std::move(publisher), channel, absl::Seconds(channel_.timeout_seconds), &calls,
                     &clock);
    return ProveFromNode(path_, TypedEntryId(entry_), &node);
  }

  ApiChannelFlags channel_;
  std::string repository_;
  std::string publisher_;
  std::string path_;
  std::string entry_;
  std::string proof_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustProve() { return std::make_unique<TrustProve>(); }

}  // namespace mrg
