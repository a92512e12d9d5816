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

class TrustRotate : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command =
        trust->add_subcommand("rotate", "stages the next root with the present keys");
    folder_.AddRepositoryTo(command);
    folder_.AddRootDaysTo(command);
    AddKeyOptions(command, &keys_);
    return command;
  }

  absl::Status Run(absl::Time now, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const RootState root, RotateRoot(keys_, now, &folder));
    PrintRootState(root, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  InitOptions keys_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustRotate() { return std::make_unique<TrustRotate>(); }

}  // namespace mrg
