#ifndef MRG_GATEWAY_CLI_DOCTOR_DOCTOR_COMMAND_H_
#define MRG_GATEWAY_CLI_DOCTOR_DOCTOR_COMMAND_H_

// mrgctl doctor --config node.textproto: everything about a node that can be seen from its machine,
// each finding with what to do.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// `args`: the words after "doctor". Result: the exit code (command.h); kExitFailed with a fault.
int RunDoctorCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DOCTOR_DOCTOR_COMMAND_H_
