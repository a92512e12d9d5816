#ifndef MRG_GATEWAY_CLI_DISPUTE_WORDS_H_
#define MRG_GATEWAY_CLI_DISPUTE_WORDS_H_

// Disputes and what happened in them, in words.
//
// Thread-safe: pure functions.

#include <string>

#include "gateway/cli/display.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Result: the state's token, e.g. "ACCEPTED".
std::string StateToken(dispute::v1::DisputeState state);

// Prints the dispute, as far as the node shows it to the caller.
void PrintDispute(const dispute::v1::Dispute& dispute, Display& out);

// Prints one event, one line.
void PrintDisputeEvent(const dispute::v1::DisputeEvent& event, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DISPUTE_WORDS_H_
