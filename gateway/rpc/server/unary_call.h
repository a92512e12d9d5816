#ifndef MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
#define MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_

// One unary call from its headers to its answer: identity and rule, a place among the calls in
// flight, the request, a place in the executor's queue, the status on the wire, metrics, an event
// when it is our fault. The place is held until the answer is gone: a caller that takes none keeps
// it, and is cut when its time is over.
//
// To gRPC it is a stream of one message each way, which is the same on the wire: only so are the
// headers seen before the request is read, and a stranger's request never is.

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/rpc/server/call_environment.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {

// Answers a call, exactly once, from any thread; the log committer does.
using AnswerCall = std::function<void(absl::StatusOr<grpc::ByteBuffer>)>;

struct UnaryMethod {
  MethodName name;
  CallEnvironment environment;
  // The work, in the executor. The request and the context stay valid until it answers.
  std::function<void(const CallContext&, const grpc::ByteBuffer&, AnswerCall)> work;
};

// Threads: gRPC's and the work's, one at a time. Made with new and given to gRPC; deletes itself
// when the call is over.
class UnaryCall : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // `method` must outlive the server.
  UnaryCall(grpc::CallbackServerContext* context, const UnaryMethod* method);

  // Judges the caller and begins to read, or ends the call: IDENTITY_INVALID, IDENTITY_NOT_LISTED,
  // OVERLOADED when no place is free.
  void Begin();

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  void Work();
  void End(absl::Status status);
  void Finished(const CallEnd& end);

  grpc::CallbackServerContext* const context_;
  const UnaryMethod* const method_;
  const absl::Duration started_;
  std::optional<CallContext> call_;
  std::optional<Admission::Place> place_;
  std::optional<ReadDeadlines::Waiting> waiting_;  // for the caller: its request, then its taking
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
