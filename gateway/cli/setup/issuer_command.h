#ifndef MRG_GATEWAY_CLI_SETUP_ISSUER_COMMAND_H_
#define MRG_GATEWAY_CLI_SETUP_ISSUER_COMMAND_H_

// mrgctl issuer add: lists a key of an issuing authority, from the file that the authority gave.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunIssuerCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_ISSUER_COMMAND_H_
