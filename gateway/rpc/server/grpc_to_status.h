#ifndef MRG_GATEWAY_RPC_SERVER_GRPC_TO_STATUS_H_
#define MRG_GATEWAY_RPC_SERVER_GRPC_TO_STATUS_H_

// How another node's answer enters: the reason and field that StatusToGrpc put into the details
// become an absl::Status of the closed list again.
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace mrg {

// Result: OK for OK. An error with a reason of the closed list in domain "mrg" becomes
// MakeError/MakeFieldError of that reason with the peer's message. Any other keeps its code and
// message and carries no reason: the transport's own errors, and reasons of a newer peer, say
// nothing that this node may act on. Codes outside 0 to 16 become UNKNOWN.
absl::Status GrpcToStatus(const grpc::Status& status);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_GRPC_TO_STATUS_H_
