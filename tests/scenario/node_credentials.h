#ifndef MRG_TESTS_SCENARIO_NODE_CREDENTIALS_H_
#define MRG_TESTS_SCENARIO_NODE_CREDENTIALS_H_

// By what a server of the test passes for a member's node.
//
// Thread-safe: a function without state.

#include <memory>
#include <string>

#include "grpcpp/security/server_credentials.h"
#include "tests/federation/federation.h"

namespace mrg {

// Result: the node's own certificate and key; every member's clients are asked for theirs.
std::shared_ptr<grpc::ServerCredentials> NodeCredentials(const Federation& federation,
                                                         const std::string& member);

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_NODE_CREDENTIALS_H_
