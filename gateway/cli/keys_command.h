#ifndef MRG_GATEWAY_CLI_KEYS_COMMAND_H_
#define MRG_GATEWAY_CLI_KEYS_COMMAND_H_

// mrgctl keys generate | secret | init: makes the keys of a member (docs/OPERATING.md, Keys).
// Private parts go to files of mode 0600 that did not exist; only public parts are printed.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

int RunKeysCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_KEYS_COMMAND_H_
