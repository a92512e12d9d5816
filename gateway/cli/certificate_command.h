#ifndef MRG_GATEWAY_CLI_CERTIFICATE_COMMAND_H_
#define MRG_GATEWAY_CLI_CERTIFICATE_COMMAND_H_

// mrgctl certificate ...: a CA for development, and certificates of the form that nodes demand.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunCertificateCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CERTIFICATE_COMMAND_H_
