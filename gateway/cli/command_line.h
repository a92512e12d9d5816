#ifndef MRG_GATEWAY_CLI_COMMAND_LINE_H_
#define MRG_GATEWAY_CLI_COMMAND_LINE_H_

// The edges every command family shares: reading its words, its help, and reporting how it ended.
//
// Thread-safe: free functions.

#include <span>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"

namespace mrg {

// Parses `args` with `app`, of which each command gets --output and --lang, and in its help an
// example of command_facts.h and the exit codes. From then on `out` and `err` have the form and the
// language that these name. Result: kExitOk to go on; kExitHelpShown when help was asked for and
// printed to `out`; kExitUsage after showing in `err` what is wrong.
int ParseCommandLine(CLI::App& app, std::span<const std::string> args, Display& out, Display& err);

// Returned by ParseCommandLine when help was printed; the process ends well.
inline constexpr int kExitHelpShown = -1;

// Result: kExitOk, or kExitFailed after showing the status, its field and its reason.
int Report(const absl::Status& status, Display& err);

// Result: the error as --output json shows it: code and message in English; when it has a reason,
// its token, what it says in Chinese, and what to do next in both languages.
ShownJson ErrorJson(const absl::Status& status);

// Shows what the words of `command` ("mrgctl log verify") lack together, though each is well
// formed. Result: kExitUsage.
int ReportUsage(absl::string_view command, absl::string_view expected, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_COMMAND_LINE_H_
