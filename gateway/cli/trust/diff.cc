#include <memory>
#include <string>

#include "gateway/cli/ceremony_words.h"
#include "gateway/cli/display.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustDiff : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("diff", "says what is staged, in words");
    folder_.AddRepositoryTo(command);
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    return PrintTrustDiff(folder_.Folder(), out);
  }

 private:
  FolderOptions folder_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustDiff() { return std::make_unique<TrustDiff>(); }

}  // namespace mrg
