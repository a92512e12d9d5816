#ifndef MRG_GATEWAY_RPC_SERVER_RAW_CALL_H_
#define MRG_GATEWAY_RPC_SERVER_RAW_CALL_H_

// How a service handles a method: from bytes to bytes. gRPC itself answers UNIMPLEMENTED when
// protobuf cannot parse a request; here the caller is told which field is wrong.
//
// Thread-safe: no state of its own.

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/rpc/server/wire_text.h"
#include "grpcpp/support/byte_buffer.h"

namespace mrg {

// ParseRequest of wire_text.h from a buffer, whose bytes are read where they lie: a document is not
// copied on its way into the message that holds it.
absl::Status ParseRequest(const grpc::ByteBuffer& buffer, google::protobuf::Message* message);
// Result: a buffer that holds the message's serialisation.
grpc::ByteBuffer BufferOf(const google::protobuf::Message& message);

// As HandleUnaryAsync of unary_call.h, from bytes to bytes. `work` may keep the message. A request
// of more than `bytes_max` bytes is MESSAGE_TOO_LARGE; gRPC itself cuts what is far larger, and can
// state no reason for it.
template <class Req, class Resp>
grpc::ServerUnaryReactor* HandleRawAsync(
    grpc::CallbackServerContext* context, const CallEnvironment& environment, LabelValue service,
    LabelValue method, const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
    std::function<void(const CallContext&, std::shared_ptr<const Req>,
                       std::function<void(absl::StatusOr<Resp>)>)>
        work,
    size_t bytes_max = kMessageBytesMax) {
  return HandleUnaryAsync<grpc::ByteBuffer, grpc::ByteBuffer>(
      context, environment, service, method, request, response,
      [work = std::move(work), bytes_max](
          const CallContext& call, const grpc::ByteBuffer& bytes,
          std::function<void(absl::StatusOr<grpc::ByteBuffer>)> done) {
        if (bytes.Length() > bytes_max) {
          done(MakeError(Reason::kMessageTooLarge,
                         absl::StrCat("expected a message of at most ", bytes_max, " bytes")));
          return;
        }
        const auto message = std::make_shared<Req>();
        const absl::Status parsed = ParseRequest(bytes, message.get());
        if (!parsed.ok()) {
          done(parsed);
          return;
        }
        work(call, message, [done = std::move(done)](absl::StatusOr<Resp> result) {
          if (result.ok()) {
            done(BufferOf(*result));
          } else {
            done(result.status());
          }
        });
      });
}

// The same for `work` that returns its result.
template <class Req, class Resp>
grpc::ServerUnaryReactor* HandleRaw(
    grpc::CallbackServerContext* context, const CallEnvironment& environment, LabelValue service,
    LabelValue method, const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
    std::function<absl::StatusOr<Resp>(const CallContext&, const Req&)> work,
    size_t bytes_max = kMessageBytesMax) {
  return HandleRawAsync<Req, Resp>(
      context, environment, service, method, request, response,
      [work = std::move(work)](const CallContext& call, const std::shared_ptr<const Req>& message,
                               const std::function<void(absl::StatusOr<Resp>)>& done) {
        done(work(call, *message));
      },
      bytes_max);
}

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_RAW_CALL_H_
