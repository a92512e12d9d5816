#ifndef MRG_GATEWAY_CLI_TRUST_STATE_WORDS_H_
#define MRG_GATEWAY_CLI_TRUST_STATE_WORDS_H_

// What a node says of the trust lists it holds, in words.
//
// Thread-safe: pure functions.

#include "gateway/cli/display.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// Prints roles and versions, one line each.
void PrintRoles(const google::protobuf::RepeatedPtrField<gateway::v1::RoleState>& roles,
                Display& out);

// Prints an operator's decision to begin trust in a publisher anew, one line.
void PrintRepin(const gateway::v1::RepinnedRoot& repin, Display& out);

// Prints what is in force, publisher by publisher.
void PrintTrustState(const gateway::v1::GetTrustStateResponse& state, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_STATE_WORDS_H_
