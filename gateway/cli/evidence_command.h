#ifndef MRG_GATEWAY_CLI_EVIDENCE_COMMAND_H_
#define MRG_GATEWAY_CLI_EVIDENCE_COMMAND_H_

// `mrgctl trust evidence`: the proofs of split views that a node keeps, their check by anybody, and
// an operator's answer.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// Runs the subcommand. Result: the exit code, as CommandFamily.
int RunEvidenceCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_EVIDENCE_COMMAND_H_
