#ifndef MRG_GATEWAY_CLI_TRANSLATE_COMMAND_H_
#define MRG_GATEWAY_CLI_TRANSLATE_COMMAND_H_

// `mrgctl translate`: TranslationService.Translate for a person.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// translate --address A --cert C --key K --ca CA --using 31 --issuing 50 --type CODE
//   --standard cq-sample --scenario government-service --document FILE [--target-standard S]
//   [--element ID]...
// Result: an exit code of command.h.
int RunTranslateCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRANSLATE_COMMAND_H_
