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

class TrustSign : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("sign", "adds one signature to a role's file");
    folder_.AddRepositoryTo(command);
    command->add_option("--role", role_, "root, targets or j-NN")->required();
    command->add_option("--key", key_, "private key, PEM, mode 0600")->required();
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const int64_t version, SignRole(role_, key_, &folder));
    out << "signed " << role_ << " version " << version << "\n";
    ShowJson({{"role", role_}, {"version", version}}, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  std::string role_;
  std::string key_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustSign() { return std::make_unique<TrustSign>(); }

}  // namespace mrg
