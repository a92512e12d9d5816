#ifndef MRG_GATEWAY_CLI_TESTING_RAN_COMMAND_H_
#define MRG_GATEWAY_CLI_TESTING_RAN_COMMAND_H_

// A command family, run in the test's own process.
//
// Threads: a plain function.

#include <sstream>
#include <string>
#include <vector>

#include "gateway/cli/command.h"
#include "gateway/cli/display.h"

namespace mrg {

struct RanCommand {
  int code;
  std::string out;
  std::string err;
};

inline RanCommand RunCommand(CommandFamily family, const std::vector<std::string>& words) {
  std::ostringstream shown, faults;
  Display out(&shown);
  Display err(&faults);
  const int code = family(words, out, err);
  return {code, shown.str(), faults.str()};
}

// Result: whether `err` says in one line what failed, and in at most one more what to do next.
inline bool IsOneRefusal(const std::string& err) {
  const size_t end = err.find('\n');
  if (end == std::string::npos) return false;
  const std::string after = err.substr(end + 1);
  return after.empty() || (after.starts_with("  next ") && after.find('\n') == after.size() - 1);
}

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TESTING_RAN_COMMAND_H_
