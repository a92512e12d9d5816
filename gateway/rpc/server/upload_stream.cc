#include "gateway/rpc/server/upload_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {

UploadStream::UploadStream(grpc::CallbackServerContext* context, const CallEnvironment& environment,
                           LabelValue service, LabelValue method, grpc::ByteBuffer* response)
    : context_(context),
      environment_(environment),
      service_(service),
      method_(method),
      response_(response),
      started_(environment.clock->Monotonic()) {}

absl::StatusOr<absl::Time> UploadStream::Admit() {
  const absl::Time now = environment_.clock->Now();
  MRG_ASSIGN_OR_RETURN(SpiffeId identity,
                       environment_.identity->Of(*context_->auth_context(), now));
  MRG_RETURN_IF_ERROR(environment_.authorization->Authorize(
      {std::move(identity), absl::StrCat(service_.text(), "/", method_.text())}));
  std::optional<Admission::Place> place = environment_.admission->TryEnter();
  if (!place.has_value()) return MakeError(Reason::kOverloaded, "too many calls in flight");
  place_.emplace(*std::move(place));
  return now;
}

void UploadStream::Start(Work work) {
  work_ = std::move(work);
  StartRead(&message_);
}

void UploadStream::Refuse(const absl::Status& status) { End(StatusToGrpc(status)); }

void UploadStream::End(const grpc::Status& status) {
  // Before the sender hears of it: what the call held is free for the next one.
  work_ = {};
  place_.reset();
  code_ = static_cast<int>(status.error_code());
  Finish(status);
}

void UploadStream::Submit(std::function<void()> step) {
  if (environment_.executor->TrySubmit(std::move(step))) return;
  Refuse(MakeError(Reason::kOverloaded, "too many calls are waiting"));
}

void UploadStream::OnReadDone(bool ok) {
  if (context_->IsCancelled()) {
    End(grpc::Status::CANCELLED);
    return;
  }
  if (ok) {
    Submit([this] {
      const absl::Status taken = work_.take(message_);
      if (taken.ok()) {
        StartRead(&message_);
      } else {
        Refuse(taken);
      }
    });
    return;
  }
  Submit([this] {
    absl::StatusOr<grpc::ByteBuffer> answer = work_.finish();
    if (!answer.ok()) {
      Refuse(answer.status());
      return;
    }
    *response_ = *std::move(answer);
    End(grpc::Status::OK);
  });
}

void UploadStream::OnDone() {
  environment_.metrics->RecordHandled(service_, method_, code_,
                                      environment_.clock->Monotonic() - started_);
  delete this;
}

}  // namespace mrg
