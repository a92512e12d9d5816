#ifndef MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_
#define MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_

// `mrgctl receipt`: what an auditor, or anyone with the member's log keys, can tell from a receipt,
// and how an operator has a node forget what links a record to its licence.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// receipt verify --receipt FILE --log-keys FILE [--document FILE]
// Checks every byte of the receipt against the member's `log-keys` target and, with --document,
// that it is about exactly these bytes; prints what was decided, and what it rests on. A receipt as
// a dispute cites it has no salt, and is checked but for that. receipt erase-salt (--index N [--log
// ORIGIN] | --receipt FILE) --because TEXT --address unix:PATH Erases the salt of one record at the
// node, for good. Result: an exit code of command.h; kExitFailed when the receipt does not hold.
int RunReceiptCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_RECEIPT_COMMAND_H_
