#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/ceremony/staging.h"
#include "gateway/cli/ceremony_words.h"
#include "gateway/cli/display.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustStage : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("stage", "lists new content, unsigned");
    folder_.AddRepositoryTo(command);
    folder_.AddTargetsDaysTo(command);
    command->add_option("--file", stage_.file, "the content");
    CLI::Option_group* kind = command->add_option_group("kind", "what the file is");
    kind->add_option("--target", stage_.target, "target path; bytes as they are");
    kind->add_option("--issuers", stage_.issuers, "jurisdiction; IssuerList textproto");
    kind->add_option("--catalogue", stage_.catalogue, "jurisdiction; CatalogueList textproto");
    kind->add_option("--pack", stage_.pack, "jurisdiction; MappingPack textproto");
    kind->add_option("--agreement", stage_.agreement, "jurisdiction; Agreement textproto");
    kind->add_option("--repeal", stage_.repeal, "jurisdiction; Repeal textproto");
    kind->add_flag("--dictionary", stage_.dictionary, "Dictionary textproto");
    kind->add_flag("--federation", stage_.federation, "Federation textproto");
    kind->add_flag("--contact", stage_.contact,
                   "Contact textproto: where the member's node is, and its CA");
    kind->add_option("--calendar", stage_.calendar, "year; calendar textproto");
    kind->add_option("--remove", stage_.remove, "target path that is no longer listed");
    kind->require_option(1);
    command->add_option("--canonical", stage_.canonical,
                        "the hub's dictionary, by which a pack or catalogue is judged");
    command->add_flag("--far-ahead", stage_.far_ahead,
                      "permits states and repeals in more than ten years");
    return command;
  }

  std::string UsageError() const override {
    return stage_.file.empty() == stage_.remove.empty() ? "expected either --file or --remove" : "";
  }

  absl::Status Run(absl::Time now, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    MRG_ASSIGN_OR_RETURN(const StagedTarget staged, StageTarget(stage_, now, &folder));
    PrintStaged(staged, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  StageOptions stage_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustStage() { return std::make_unique<TrustStage>(); }

}  // namespace mrg
