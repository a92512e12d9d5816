#ifndef MRG_GATEWAY_CLI_PACK_COMMAND_H_
#define MRG_GATEWAY_CLI_PACK_COMMAND_H_

// `mrgctl pack`: what a data officer needs to write a mapping pack and to see what it does. Files
// only; nothing is published by it.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// pack check   --dictionary FILE PACK...             checks packs and runs the tests inside them
// pack explain --dictionary FILE [--to PACK] PACK DOCUMENT
//                                                    where each value comes from, and what the
//                                                    other standard makes of it
// pack digest  PACK...                               SHA-256 as agreements name packs
// Result: an exit code of command.h; kExitFailed when a pack or document is refused.
int RunPackCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_PACK_COMMAND_H_
