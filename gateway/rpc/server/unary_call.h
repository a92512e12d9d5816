#ifndef MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
#define MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_

// One unary call that gRPC carries, from its headers to its answer; what it goes through on the way
// is call_course.h.
//
// To gRPC it is a stream of one message each way, which is the same on the wire: only so are the
// headers seen before the request is read, and a stranger's request never is.

#include "absl/status/status.h"
#include "gateway/rpc/server/call_course.h"
#include "gateway/rpc/server/unary_method.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {

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
  void EndCancelled();

  grpc::CallbackServerContext* const context_;
  const UnaryMethod* const method_;
  CallCourse course_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UNARY_CALL_H_
