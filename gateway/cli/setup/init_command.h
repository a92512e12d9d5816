#ifndef MRG_GATEWAY_CLI_SETUP_INIT_COMMAND_H_
#define MRG_GATEWAY_CLI_SETUP_INIT_COMMAND_H_

// mrgctl init hub | region: the folder of a new member, with which its node starts.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// What is required and not given is asked for when standard input is a terminal.
int RunInitCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_INIT_COMMAND_H_
