#ifndef MRG_GATEWAY_CLI_TRUST_FOLDER_OPTIONS_H_
#define MRG_GATEWAY_CLI_TRUST_FOLDER_OPTIONS_H_

// Options that several subcommands of `mrgctl trust` share: the repository's folder, how long what
// people sign holds, and whose keys a root lists.
//
// Threads: an object belongs to one thread.

#include <string>

#include "CLI/CLI.hpp"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/signing.h"

namespace mrg {

class FolderOptions {
 public:
  void AddRepositoryTo(CLI::App* command);
  void AddRootDaysTo(CLI::App* command);
  void AddTargetsDaysTo(CLI::App* command);

  // Result: the folder that the options name.
  RepositoryFolder Folder() const;

 private:
  std::string repository_;
  int root_days_ = 365;
  int targets_days_ = 90;
};

// Adds --keys and the thresholds of root and targets.
void AddKeyOptions(CLI::App* command, InitOptions* init);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_FOLDER_OPTIONS_H_
