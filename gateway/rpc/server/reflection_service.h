#ifndef MRG_GATEWAY_RPC_SERVER_REFLECTION_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVER_REFLECTION_SERVICE_H_

// grpc.reflection.v1.ServerReflection, for tools that ask no other version: gRPC 1.51 itself serves
// v1alpha alone. Both say the same. It judges no caller: it is for a listener that nobody but the
// node's own account can reach.
//
// Unlike gRPC's own, a stream holds no thread; it holds one question and its answer, and the next
// question is read when the answer is on its way. Thread-safe once the server has started.

#include <cstddef>
#include <memory>

#include "grpcpp/impl/server_builder_option.h"

namespace mrg {

// Streams of one server that may be open at a time; another is OVERLOADED. As many as v1alpha gets
// threads for.
inline constexpr int kReflectionStreamsMax = 16;
// A question names a file, a symbol or a type; a longer one ends its stream with MESSAGE_TOO_LARGE.
inline constexpr size_t kReflectionRequestBytesMax = 4096;

// Result: what makes a server offer it, for all services of that server, itself among them.
std::unique_ptr<grpc::ServerBuilderOption> OfferReflection();

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_REFLECTION_SERVICE_H_
