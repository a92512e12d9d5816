#include "gateway/rpc/server/unary_call.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_caller.h"
#include "gateway/rpc/server/request_bytes.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {

using google::protobuf::Message;

UnaryCall::UnaryCall(grpc::CallbackServerContext* context, const UnaryMethod* method)
    : context_(context), method_(method), course_(method, [context] { context->TryCancel(); }) {}

void UnaryCall::Begin() {
  const absl::Status entered = course_.Enter(PeerOf(*context_));
  if (!entered.ok()) return End(entered);
  course_.AwaitRequest([this] { StartRead(&request_); });
}

void UnaryCall::OnReadDone(bool ok) {
  const absl::Status taken = course_.TakeRequest(ok ? request_.Length() : 0);
  if (context_->IsCancelled()) return EndCancelled();
  if (!ok) return End(MakeError(Reason::kFieldMalformed, "expected one message"));
  if (!taken.ok()) return End(taken);
  const absl::Status queued = course_.Submit([this] { Work(); });
  if (!queued.ok()) End(queued);
}

void UnaryCall::Work() {
  // The caller has gone or its deadline has passed: nobody will read the answer.
  if (context_->IsCancelled()) return EndCancelled();
  const std::shared_ptr<Message> request(method_->request_type->New());
  const absl::Status parsed = ParseRequest(request_, method_->bytes_max, request.get());
  if (!parsed.ok()) return End(parsed);
  method_->work(course_.call(), request, [this](absl::StatusOr<const Message*> result) {
    if (result.ok()) response_ = BufferOf(**result);
    End(result.status());
  });
}

void UnaryCall::End(absl::Status status) {
  if (status.ok()) {
    status = course_.HoldAnswer(response_.Length());
    if (!status.ok()) response_.Clear();
  }
  request_.Clear();
  const grpc::Status answer = StatusToGrpc(status, ErrorDomainOf(method_->name.service.text()));
  std::string request_id = TellGrpcFailure(context_, method_->environment, method_->name, status);
  course_.Finish({answer.error_code(), ReasonOf(status), std::move(request_id)});
  // Nothing of the call may be touched after either.
  if (status.ok()) {
    StartWriteAndFinish(&response_, grpc::WriteOptions(), answer);
  } else {
    Finish(answer);
  }
}

void UnaryCall::EndCancelled() {
  course_.Finish({.code = grpc::StatusCode::CANCELLED});
  Finish(grpc::Status::CANCELLED);
}

void UnaryCall::OnDone() { delete this; }

}  // namespace mrg
