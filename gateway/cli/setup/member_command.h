#ifndef MRG_GATEWAY_CLI_SETUP_MEMBER_COMMAND_H_
#define MRG_GATEWAY_CLI_SETUP_MEMBER_COMMAND_H_

// mrgctl member add: introduces a region at the hub, or at a region that it has an agreement with.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunMemberCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_MEMBER_COMMAND_H_
