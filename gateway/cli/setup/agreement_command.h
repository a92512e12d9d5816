#ifndef MRG_GATEWAY_CLI_SETUP_AGREEMENT_COMMAND_H_
#define MRG_GATEWAY_CLI_SETUP_AGREEMENT_COMMAND_H_

// mrgctl agreement new: the text of a first agreement, from what the members handed to each other.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunAgreementCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_AGREEMENT_COMMAND_H_
