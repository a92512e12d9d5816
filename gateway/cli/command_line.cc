#include "gateway/cli/command_line.h"

#include <algorithm>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/cli/command.h"

namespace mrg {

int ParseCommandLine(CLI::App& app, std::span<const std::string> args, std::ostream& out,
                     std::ostream& err) {
  // CLI11 takes the words last first.
  std::vector<std::string> words(args.rbegin(), args.rend());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, out, err);
    return code == 0 ? kExitHelpShown : kExitUsage;
  }
  return kExitOk;
}

int Report(const absl::Status& status, std::ostream& err) {
  if (status.ok()) return kExitOk;
  err << "mrgctl: " << std::string(status.message());
  if (const auto reason = ReasonOf(status)) {
    err << " (" << std::string(InfoOf(*reason).chinese) << ")";
  }
  err << "\n";
  return kExitFailed;
}

}  // namespace mrg
