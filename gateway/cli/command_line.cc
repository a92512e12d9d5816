#include "gateway/cli/command_line.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/reason.h"
#include "gateway/cli/command.h"

namespace mrg {

int ParseCommandLine(CLI::App& app, std::span<const std::string> args, Display& out, Display& err) {
  // CLI11 takes the words last first.
  std::vector<std::string> words(args.rbegin(), args.rend());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    std::ostringstream help, faults;
    const int code = app.exit(error, help, faults);
    out.ShowLines(help.str());
    err.ShowLines(faults.str());
    return code == 0 ? kExitHelpShown : kExitUsage;
  }
  return kExitOk;
}

int Report(const absl::Status& status, Display& err) {
  if (status.ok()) return kExitOk;
  err << "mrgctl: ";
  if (!status.message().empty()) {
    err << status.message();
  } else if (absl::IsUnimplemented(status)) {
    err << "the node does not have this call; is it of another version, or the wrong listener?";
  } else {
    err << "the node answered " << absl::StatusCodeToString(status.code()) << " and said no more";
  }
  if (const auto reason = ReasonOf(status)) {
    err << " (" << InfoOf(*reason).chinese << ")\n  next 下一步: " << InfoOf(*reason).next_step
        << " (" << InfoOf(*reason).next_step_zh << ")";
  }
  err << "\n";
  return kExitFailed;
}

}  // namespace mrg
