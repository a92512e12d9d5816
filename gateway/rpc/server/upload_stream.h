#ifndef MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_
#define MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_

// The server side of a stream of messages to the node: what UnaryCall does for one message. The
// next message is read when the one before has been dealt with, so a fast sender waits.

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/metrics/label_value.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {

// Threads: gRPC's and the executor's, one at a time. Made with new and given to gRPC; deletes
// itself when the call is over.
class UploadStream : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  // What the service does. Both run in the executor.
  struct Work {
    // Takes one message. An error ends the call with it.
    std::function<absl::Status(const grpc::ByteBuffer& message)> take;
    // Answers once the sender has sent its last message. A lost connection may look like that: a
    // message must say that it is the last one.
    std::function<absl::StatusOr<grpc::ByteBuffer>()> finish;
  };

  // `environment` and `response` must outlive the call.
  UploadStream(grpc::CallbackServerContext* context, const CallEnvironment& environment,
               LabelValue service, LabelValue method, grpc::ByteBuffer* response);

  // Identity, authorisation and a place, as UnaryCall::Admit. Result: when the call came.
  // Errors: IDENTITY_INVALID, IDENTITY_NOT_LISTED, OVERLOADED.
  absl::StatusOr<absl::Time> Admit();
  // Begins to read. REQUIRES: admitted.
  void Start(Work work);
  // Ends the call instead.
  void Refuse(const absl::Status& status);

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  void Submit(std::function<void()> step);
  void End(const grpc::Status& status);

  grpc::CallbackServerContext* const context_;
  const CallEnvironment environment_;
  const LabelValue service_;
  const LabelValue method_;
  grpc::ByteBuffer* const response_;
  const absl::Duration started_;
  std::optional<Admission::Place> place_;
  Work work_;
  grpc::ByteBuffer message_;
  int code_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_UPLOAD_STREAM_H_
