#include "gateway/cli/trust/folder_options.h"

#include "absl/time/time.h"

namespace mrg {
namespace {

// Days that a signature of people may hold.
constexpr int kLifetimeDaysMax = 3650;

}  // namespace

void FolderOptions::AddRepositoryTo(CLI::App* command) {
  command->add_option("--repository", repository_, "folder of the repository")->required();
}

void FolderOptions::AddRootDaysTo(CLI::App* command) {
  command->add_option("--root-days", root_days_, "days that a root holds, 365")
      ->check(CLI::Range(1, kLifetimeDaysMax));
}

void FolderOptions::AddTargetsDaysTo(CLI::App* command) {
  command->add_option("--targets-days", targets_days_, "days that other files hold, 90")
      ->check(CLI::Range(1, kLifetimeDaysMax));
}

RepositoryFolder FolderOptions::Folder() const {
  return RepositoryFolder(repository_,
                          {absl::Hours(24) * root_days_, absl::Hours(24) * targets_days_});
}

void AddKeyOptions(CLI::App* command, InitOptions* init) {
  command->add_option("--keys", init->keys, "folder of `mrgctl keys init`")->required();
  command->add_option("--root-threshold", init->root_threshold, "signatures a root takes");
  command->add_option("--targets-threshold", init->targets_threshold,
                      "signatures the top-level targets take");
}

}  // namespace mrg
