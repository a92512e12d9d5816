#ifndef MRG_GATEWAY_CLI_FAMILIES_H_
#define MRG_GATEWAY_CLI_FAMILIES_H_

// The table of command families, and the words before them: help, --version.
//
// Threads: what runs is a whole command; one at a time.

#include <span>
#include <string>

#include "gateway/cli/command.h"
#include "gateway/cli/display.h"

namespace mrg {

struct Family {
  const char* name;
  const char* what;
  CommandFamily run;
};

// Result: all families, in the order of the help.
std::span<const Family> Families();

// Runs the command that `words`, without the program's name, are. Result: the exit code.
int RunWords(std::span<const std::string> words, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_FAMILIES_H_
