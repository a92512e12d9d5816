#ifndef MRG_GATEWAY_CLI_LOG_COMMAND_H_
#define MRG_GATEWAY_CLI_LOG_COMMAND_H_

// `mrgctl log`: what an auditor does with the decision log of a node that runs, day by day. Each
// command begins as `checkpoint` does, so that nothing is read from a log that has forgotten what
// it once showed.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// log checkpoint | consistency (--from N | --checkpoint FILE) [--to M]
//     | verify (--receipt FILE | --index N)
//     | list [--from N] [--since TIME] [--type CODE] [--using NN] [--issuing NN] [--outcome TOKEN]
//            [--reason TOKEN] [--limit N]
//   each: --publisher MEMBER --address HOST:PORT --cert FILE --key FILE --ca FILE [--root FILE]
//         (--trust-address ADDRESS [--trust-ca FILE] | --bundle FILE) [--state FOLDER]
//         [--output text|json]
// Result: an exit code of command.h; kExitFailed when something does not verify.
int RunLogCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_COMMAND_H_
