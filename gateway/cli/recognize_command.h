#ifndef MRG_GATEWAY_CLI_RECOGNIZE_COMMAND_H_
#define MRG_GATEWAY_CLI_RECOGNIZE_COMMAND_H_

// `mrgctl recognize`: the call a provincial platform makes, printed for a person in both languages.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// recognize --address A --cert C --key K --ca CA --using 31 --issuing 50 --type CODE
//   --standard delta-reply --scenario government-service --presentation FILE
//   [--target-standard S] [--element ID]... [--holder-name N] [--holder-code C] [--request-id ID]
//   [--receipt-out FILE] [--expect OUTCOME[/REASON]]
// Result: an exit code of command.h; kExitUnexpected when the answer differs from --expect.
int RunRecognizeCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_RECOGNIZE_COMMAND_H_
