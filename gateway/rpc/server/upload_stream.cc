#include "gateway/rpc/server/upload_stream.h"

#include <string>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_caller.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {

UploadStream::UploadStream(grpc::CallbackServerContext* context, const Method* method)
    : context_(context), method_(method), started_(method->environment.clock->Monotonic()) {}

void UploadStream::Begin() {
  const CallEnvironment& environment = method_->environment;
  const absl::StatusOr<CallContext> judged =
      JudgeCaller(PeerOf(*context_), environment, method_->name, started_);
  if (!judged.ok()) return End(judged.status());
  std::optional<Admission::Place> place = judged->admission->TryEnter(judged->caller.identity);
  if (!place.has_value()) return End(MakeError(Reason::kOverloaded, "too many calls in flight"));
  place_.emplace(*std::move(place));
  caller_ = judged->caller.identity;
  absl::StatusOr<Work> begun = method_->begin(*judged);
  if (!begun.ok()) return End(begun.status());
  work_ = *std::move(begun);
  Read();
}

void UploadStream::Read() {
  read_.emplace(method_->environment.reads->Begin(method_->environment.clock->Monotonic(),
                                                  [this] { context_->TryCancel(); }));
  StartRead(&message_);
}

void UploadStream::End(const absl::Status& status) {
  // Before the sender hears of it: what the call held is free for the next one.
  work_ = {};
  place_.reset();
  const grpc::Status answer = StatusToGrpc(status);
  std::string request_id = TellGrpcFailure(context_, method_->environment, method_->name, status);
  end_ = {answer.error_code(), ReasonOf(status), std::move(request_id)};
  if (status.ok()) {
    StartWriteAndFinish(&response_, grpc::WriteOptions(), answer);
  } else {
    Finish(answer);
  }
}

void UploadStream::Submit(std::function<void()> step) {
  if (method_->environment.executor->TrySubmit(std::move(step))) return;
  End(MakeError(Reason::kOverloaded, "too many calls are waiting"));
}

void UploadStream::OnReadDone(bool ok) {
  read_.reset();
  if (context_->IsCancelled()) {
    work_ = {};
    place_.reset();
    end_ = {.code = grpc::StatusCode::CANCELLED};
    Finish(grpc::Status::CANCELLED);
    return;
  }
  if (ok) {
    Submit([this] {
      const absl::Status taken = work_.take(message_);
      if (taken.ok()) {
        Read();
      } else {
        End(taken);
      }
    });
    return;
  }
  Submit([this] {
    absl::StatusOr<grpc::ByteBuffer> answer = work_.finish();
    if (answer.ok()) response_ = *std::move(answer);
    End(answer.status());
  });
}

void UploadStream::OnDone() {
  const CallEnvironment& environment = method_->environment;
  RecordEnd(environment, method_->name, caller_.has_value() ? &*caller_ : nullptr, end_,
            environment.clock->Monotonic() - started_);
  delete this;
}

}  // namespace mrg
