#ifndef MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_
#define MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_

// The server side of a stream of messages to the node: what UnaryCall does for one message. The
// next message is read when the one before has been dealt with, so a fast sender waits.

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/rpc/server/call_environment.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {

// Threads: gRPC's and the executor's, one at a time. Made with new and given to gRPC; deletes
// itself when the call is over. To gRPC a stream both ways, as a unary call is.
class UploadStream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // What the service does. Both run in the executor.
  struct Work {
    // Takes one message. An error ends the call with it.
    std::function<absl::Status(const grpc::ByteBuffer& message)> take;
    // Answers once the sender has sent its last message. A lost connection may look like that: a
    // message must say that it is the last one.
    std::function<absl::StatusOr<grpc::ByteBuffer>()> finish;
  };

  // Begins the work of one call. An error ends the call with it.
  using BeginWork = std::function<absl::StatusOr<Work>(const CallContext&)>;

  struct Method {
    MethodName name;
    CallEnvironment environment;
    BeginWork begin;
  };

  // `method` must outlive the server.
  UploadStream(grpc::CallbackServerContext* context, const Method* method);

  // Judges the caller as UnaryCall::Begin does, and begins to read.
  void Begin();

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  void Read();
  void Submit(std::function<void()> step);
  void End(const absl::Status& status);

  grpc::CallbackServerContext* const context_;
  const Method* const method_;
  const absl::Duration started_;
  std::optional<Admission::Place> place_;
  std::optional<ReadDeadlines::Waiting> read_;
  Work work_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer response_;
  std::optional<SpiffeId> caller_;  // of a call that had its place
  CallEnd end_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_
