#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/ceremony/signing.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustRenew : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("renew", "stages a role again, valid anew");
    folder_.AddRepositoryTo(command);
    folder_.AddRootDaysTo(command);
    folder_.AddTargetsDaysTo(command);
    command->add_option("--role", role_, "root, targets or j-NN")->required();
    return command;
  }

  absl::Status Run(absl::Time now, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const int64_t version, RenewRole(role_, now, &folder));
    out << "staged " << role_ << " version " << version << "\n";
    ShowJson({{"role", role_}, {"version", version}}, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  std::string role_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustRenew() { return std::make_unique<TrustRenew>(); }

}  // namespace mrg
