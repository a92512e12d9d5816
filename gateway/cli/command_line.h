#ifndef MRG_GATEWAY_CLI_COMMAND_LINE_H_
#define MRG_GATEWAY_CLI_COMMAND_LINE_H_

// The edges every command family shares: reading its words and reporting how it ended.

#include <span>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "gateway/cli/display.h"
#include "google/protobuf/message.h"

namespace mrg {

// Parses `args` with `app`. Result: kExitOk to go on; kExitHelpShown when help was asked for and
// printed to `out`; kExitUsage after printing to `err` what is wrong.
int ParseCommandLine(CLI::App& app, std::span<const std::string> args, Display& out, Display& err);

// Returned by ParseCommandLine when help was printed; the process ends well.
inline constexpr int kExitHelpShown = -1;

// Result: kExitOk, or kExitFailed after printing the status, its field and its reason.
int Report(const absl::Status& status, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_COMMAND_LINE_H_
