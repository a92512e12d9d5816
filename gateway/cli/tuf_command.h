#ifndef MRG_GATEWAY_CLI_TUF_COMMAND_H_
#define MRG_GATEWAY_CLI_TUF_COMMAND_H_

// `mrgctl tuf`: a TUF client for any repository on a static mirror, with the language-neutral
// command line by which the field's conformance suite drives clients.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// tuf --metadata-dir DIR init ROOT
// tuf --metadata-dir DIR --metadata-url URL refresh
// tuf --metadata-dir DIR --metadata-url URL --target-name PATH... --target-base-url URL
//     --target-dir DIR download
// Several --target-name are downloaded in order after one refresh, up to the first that fails.
// Trusted files lie in --metadata-dir without versions in their names. The reference time is the C
// library's. Result: kExitOk or kExitFailed (1); kExitUsage for a wrong command line.
int RunTufCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TUF_COMMAND_H_
