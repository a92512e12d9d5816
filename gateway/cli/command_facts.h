#ifndef MRG_GATEWAY_CLI_COMMAND_FACTS_H_
#define MRG_GATEWAY_CLI_COMMAND_FACTS_H_

// What is said of each command beside its options: an example for its help, and what it prints with
// --output json. A command that is not in this table is found by a test.
//
// Thread-safe: constants.

#include <span>

#include "absl/strings/string_view.h"

namespace mrg {

struct CommandFact {
  absl::string_view path;     // "mrgctl trust status"
  absl::string_view example;  // a whole line for a shell; files and addresses are made up
  absl::string_view json;     // what each object is, as gateway/docs/COMMANDS.md has it
};

// Result: all commands, family by family.
std::span<const CommandFact> CommandFacts();

// Result: what is known of the command; null when it is not in the table.
const CommandFact* FindCommandFact(absl::string_view path);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_COMMAND_FACTS_H_
