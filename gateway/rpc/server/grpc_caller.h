#ifndef MRG_GATEWAY_RPC_SERVER_GRPC_CALLER_H_
#define MRG_GATEWAY_RPC_SERVER_GRPC_CALLER_H_

// What gRPC knows of a call's caller, in the words of call_environment.h, and the way back.
//
// Thread-safe, as the context is.

#include <string>

#include "absl/status/status.h"
#include "gateway/rpc/server/call_environment.h"
#include "grpcpp/server_context.h"

namespace mrg {

// Result: who is at the other end of the call.
CallPeer PeerOf(const grpc::CallbackServerContext& context);

// TellFailure of call_environment.h; the caller hears the correlation id in a trailer.
std::string TellGrpcFailure(grpc::CallbackServerContext* context,
                            const CallEnvironment& environment, const MethodName& method,
                            const absl::Status& status);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_GRPC_CALLER_H_
