#include "gateway/rpc/server/unary_call.h"

#include <string>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {

UnaryCall::UnaryCall(grpc::CallbackServerContext* context, const UnaryMethod* method)
    : context_(context), method_(method), started_(method->environment.clock->Monotonic()) {}

void UnaryCall::Begin() {
  const CallEnvironment& environment = method_->environment;
  absl::StatusOr<CallContext> judged = JudgeCaller(*context_, environment, method_->name, started_);
  if (!judged.ok()) return End(judged.status());
  std::optional<Admission::Place> place = judged->admission->TryEnter(judged->caller.identity);
  if (!place.has_value()) {
    return End(MakeError(Reason::kOverloaded, "too many calls in flight"));
  }
  call_.emplace(*std::move(judged));
  place_.emplace(*std::move(place));
  waiting_.emplace(environment.reads->Begin(started_, [this] { context_->TryCancel(); }));
  place_->BeginRead([this] { StartRead(&request_); });
}

void UnaryCall::OnReadDone(bool ok) {
  waiting_.reset();
  const bool fits = place_->EndRead(ok ? request_.Length() : 0);
  if (context_->IsCancelled()) {
    Finished({.code = grpc::StatusCode::CANCELLED});
    return Finish(grpc::Status::CANCELLED);
  }
  if (!ok) return End(MakeError(Reason::kFieldMalformed, "expected one message"));
  if (!fits) return End(MakeError(Reason::kOverloaded, "too many bytes of requests in flight"));
  if (method_->environment.executor->TrySubmit([this] { Work(); })) return;
  End(MakeError(Reason::kOverloaded, "too many calls are waiting"));
}

void UnaryCall::Work() {
  // The caller has gone or its deadline has passed: nobody will read the answer.
  if (context_->IsCancelled()) {
    Finished({.code = grpc::StatusCode::CANCELLED});
    return Finish(grpc::Status::CANCELLED);
  }
  method_->work(*call_, request_, [this](absl::StatusOr<grpc::ByteBuffer> result) {
    if (result.ok()) response_ = *std::move(result);
    End(result.status());
  });
}

void UnaryCall::End(absl::Status status) {
  if (status.ok() && !place_->HoldAnswer(response_.Length())) {
    response_.Clear();
    status = MakeError(Reason::kOverloaded, "too many bytes of answers wait for their callers");
  }
  request_.Clear();
  const grpc::Status answer = StatusToGrpc(status, ErrorDomainOf(method_->name.service.text()));
  std::string request_id = TellFailure(context_, method_->environment, method_->name, status);
  Finished({answer.error_code(), ReasonOf(status), std::move(request_id)});
  // Nothing of the call may be touched after either.
  if (status.ok()) {
    StartWriteAndFinish(&response_, grpc::WriteOptions(), answer);
  } else {
    Finish(answer);
  }
}

// Before the caller hears of it, who may not take what it is told.
void UnaryCall::Finished(const CallEnd& end) {
  const CallEnvironment& environment = method_->environment;
  const absl::Duration now = environment.clock->Monotonic();
  RecordEnd(environment, method_->name, call_.has_value() ? &call_->caller.identity : nullptr, end,
            now - started_);
  waiting_.emplace(environment.reads->Begin(now, [this] { context_->TryCancel(); }));
}

void UnaryCall::OnDone() { delete this; }

}  // namespace mrg
