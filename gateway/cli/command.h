#ifndef MRG_GATEWAY_CLI_COMMAND_H_
#define MRG_GATEWAY_CLI_COMMAND_H_

// What a command family of mrgctl offers to the command table.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// Exit codes of mrgctl.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;      // the command ran and says no
inline constexpr int kExitUsage = 2;       // the command line is wrong
inline constexpr int kExitUnexpected = 3;  // the answer differs from --expect

// Runs a family: `args` are the words after its name. Result: the exit code.
using CommandFamily = int (*)(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_COMMAND_H_
