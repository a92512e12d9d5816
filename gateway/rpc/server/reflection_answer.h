#ifndef MRG_GATEWAY_RPC_SERVER_REFLECTION_ANSWER_H_
#define MRG_GATEWAY_RPC_SERVER_REFLECTION_ANSWER_H_

// What one question of reflection is answered with: which services there are, and the interface
// files in which they and their messages stand. Knows no stream.
//
// Thread-safe: a pure function.

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace mrg {

// Result: the same as gRPC's own v1alpha gives: services in the order of `services`; a file before
// what it imports, each once; the numbers of extensions in no order. A question that has no answer,
// or asks nothing, gets an `error_response`: NOT_FOUND or INVALID_ARGUMENT, with a text that holds
// nothing of the question.
// Source: grpc/reflection/v1/reflection.proto.
grpc::reflection::v1::ServerReflectionResponse AnswerReflection(
    const google::protobuf::DescriptorPool& pool, const std::vector<std::string>& services,
    const grpc::reflection::v1::ServerReflectionRequest& request);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_REFLECTION_ANSWER_H_
