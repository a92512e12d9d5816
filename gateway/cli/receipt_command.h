#ifndef MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_
#define MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_

// `mrgctl receipt`: what an auditor, or anyone with the member's log keys, can tell from a receipt.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// receipt verify --receipt FILE --log-keys FILE [--document FILE]
// Checks every byte of the receipt against the member's `log-keys` target and, with --document,
// that it is about exactly these bytes; prints what was decided, and what it rests on.
// Result: an exit code of command.h; kExitFailed when the receipt does not hold.
int RunReceiptCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_
