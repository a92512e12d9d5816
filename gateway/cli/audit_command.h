#ifndef MRG_GATEWAY_CLI_AUDIT_COMMAND_H_
#define MRG_GATEWAY_CLI_AUDIT_COMMAND_H_

// `mrgctl audit`: the integrity of a node's decision log, for its operator and for auditors.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// audit check (--data-dir FOLDER | --address HOST:PORT --cert FILE --key FILE --ca FILE)
//             (--log-keys FILE [--origin ORIGIN] | --log-key FILE --origin ORIGIN)
// Computes the whole log again from its leaves and compares it with its signed checkpoint: of a
// stopped node's data folder with every stored tile, of a running node as it serves the log.
// Prints origin, size, root, the result and the first fault.
// Result: an exit code of command.h; kExitFailed when the log is not sound or cannot be read.
int RunAuditCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_AUDIT_COMMAND_H_
