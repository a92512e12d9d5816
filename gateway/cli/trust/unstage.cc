#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustUnstage : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command =
        trust->add_subcommand("unstage", "takes back what is staged of a role and not published");
    folder_.AddRepositoryTo(command);
    command->add_option("--role", role_, "root, targets or j-NN")->required();
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    MRG_RETURN_IF_ERROR(folder_.Folder().Unstage(role_));
    out << role_ << " is as it was last published\n";
    ShowJson({{"role", role_}}, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  std::string role_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustUnstage() { return std::make_unique<TrustUnstage>(); }

}  // namespace mrg
