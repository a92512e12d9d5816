#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/ceremony/signing.h"
#include "gateway/cli/ceremony_words.h"
#include "gateway/cli/display.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustInit : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command =
        trust->add_subcommand("init", "makes a repository and signs its first root");
    folder_.AddRepositoryTo(command);
    folder_.AddRootDaysTo(command);
    folder_.AddTargetsDaysTo(command);
    command->add_option("--member", init_.member, "member id")->required();
    command->add_option("--jurisdictions", init_.jurisdictions, "province codes, e.g. 31,32")
        ->delimiter(',');
    command->add_option("--log-origin", init_.log_origin, "<member>/<log-id>")->required();
    AddKeyOptions(command, &init_);
    return command;
  }

  absl::Status Run(absl::Time now, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const RootState root, InitRepository(init_, now, &folder));
    PrintRootState(root, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  InitOptions init_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustInit() { return std::make_unique<TrustInit>(); }

}  // namespace mrg
