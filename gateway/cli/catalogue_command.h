#ifndef MRG_GATEWAY_CLI_CATALOGUE_COMMAND_H_
#define MRG_GATEWAY_CLI_CATALOGUE_COMMAND_H_

// `mrgctl catalogue`: CatalogueService for a person.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// Each with --address A --cert C --key K --ca CA; times are RFC 3339, for example
// 2027-01-01T00:00:00+08:00.
//   catalogue types [--jurisdiction 31]
//   catalogue type --jurisdiction 31 --type CODE
//   catalogue agreements [--jurisdiction 31] [--agreement ID] [--at TIME]
//   catalogue scenarios
//   catalogue coverage --using 31 --issuing 50 --type CODE --scenario S [--at TIME]
//     [--standard S] [--target-standard S] [--element ID]...
// Result: an exit code of command.h; that a use is not covered is an answer, not a failure.
int RunCatalogueCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CATALOGUE_COMMAND_H_
