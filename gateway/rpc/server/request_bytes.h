#ifndef MRG_GATEWAY_RPC_SERVER_REQUEST_BYTES_H_
#define MRG_GATEWAY_RPC_SERVER_REQUEST_BYTES_H_

// Between gRPC's buffers and messages. gRPC itself answers UNIMPLEMENTED when protobuf cannot parse
// a request; here the caller is told which field is wrong.
//
// Thread-safe: pure functions.

#include <cstddef>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace mrg {

// ParseRequest of wire_text.h from a buffer, whose bytes are read where they lie: a document is not
// copied on its way into the message that holds it.
// Errors: MESSAGE_TOO_LARGE above `bytes_max`; gRPC itself cuts what is far larger, and can state
// no reason for it. FIELD_NOT_UTF8, FIELD_MALFORMED.
absl::Status ParseRequest(const grpc::ByteBuffer& buffer, size_t bytes_max,
                          google::protobuf::Message* message);
// Result: a buffer that holds the message's serialisation.
grpc::ByteBuffer BufferOf(const google::protobuf::Message& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_REQUEST_BYTES_H_
