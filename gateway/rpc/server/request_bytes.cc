#include "gateway/rpc/server/request_bytes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/wire_text.h"
#include "grpcpp/support/proto_buffer_reader.h"

namespace mrg {
namespace {

// Result: the buffer's bytes in one string.
std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

absl::Status ParseRequest(const grpc::ByteBuffer& buffer, size_t bytes_max,
                          google::protobuf::Message* message) {
  if (buffer.Length() > bytes_max) {
    return MakeError(Reason::kMessageTooLarge,
                     absl::StrCat("expected a message of at most ", bytes_max, " bytes"));
  }
  grpc::ByteBuffer shared(buffer);  // its slices, not their bytes
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  // Which field it is, is looked for in one piece.
  return ParseRequest(BytesOf(buffer), message);
}

grpc::ByteBuffer BufferOf(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace mrg
