#ifndef MRG_GATEWAY_CLI_BUNDLE_COMMAND_H_
#define MRG_GATEWAY_CLI_BUNDLE_COMMAND_H_

// mrgctl bundle export | import: trust lists carried as one file to a network without a link.
//
// Threads: one command a process.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// Runs the family. Result: the exit code (command.h); kExitFailed when an import refused a
// publisher.
int RunBundleCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BUNDLE_COMMAND_H_
