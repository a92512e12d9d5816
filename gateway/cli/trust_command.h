#ifndef MRG_GATEWAY_CLI_TRUST_COMMAND_H_
#define MRG_GATEWAY_CLI_TRUST_COMMAND_H_

// mrgctl trust init | stage | diff | sign | renew | rotate | publish | status: the signing ceremony
// of a member's repository, on files until `publish` hands the result to the node.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunTrustCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_COMMAND_H_
