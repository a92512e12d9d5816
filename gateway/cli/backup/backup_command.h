#ifndef MRG_GATEWAY_CLI_BACKUP_BACKUP_COMMAND_H_
#define MRG_GATEWAY_CLI_BACKUP_BACKUP_COMMAND_H_

// mrgctl backup: create, verify, restore.
//
// Threads: one at a time.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// Result: an exit code of command.h.
int RunBackupCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_BACKUP_COMMAND_H_
