#ifndef MRG_GATEWAY_CLI_DISPUTE_COMMAND_H_
#define MRG_GATEWAY_CLI_DISPUTE_COMMAND_H_

// `mrgctl dispute`: disputes over recognised licences, for filers and for workers of a queue.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// All take --address --cert --key --ca.
// dispute file     --receipt FILE --document FILE --description TEXT [--kind KIND]
// dispute get      --dispute ID             the dispute with its history
// dispute list     [--queue Q]              what the caller may see
// dispute watch    --dispute ID [--until STATE]   each change, until STATE or the end
// dispute claim    --queue Q [--lease-seconds N] --lease-out FILE   leases the most pressing case
// dispute accept   --dispute ID [--lease FILE]
// dispute refuse   --dispute ID [--lease FILE] --explanation-zh TEXT [--explanation-en TEXT]
// dispute complete --lease FILE --decision CORRECTED|UPHELD|PARTLY --explanation-zh TEXT
//                  [--explanation-en TEXT]
// dispute release  --lease FILE
// Result: an exit code of command.h.
int RunDisputeCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DISPUTE_COMMAND_H_
