#include "gateway/rpc/server/unary_call.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/status_to_grpc.h"

namespace mrg {

UnaryCall::UnaryCall(grpc::CallbackServerContext* context, const CallEnvironment& environment,
                     LabelValue service, LabelValue method)
    : context_(context),
      reactor_(context->DefaultReactor()),
      environment_(environment),
      service_(service),
      method_(method),
      started_(environment.clock->Monotonic()) {}

absl::StatusOr<const CallContext*> UnaryCall::Admit() {
  const absl::Time now = environment_.clock->Now();
  MRG_ASSIGN_OR_RETURN(SpiffeId identity,
                       environment_.identity->Of(*context_->auth_context(), now));
  Caller caller{std::move(identity), absl::StrCat(service_.text(), "/", method_.text())};
  MRG_RETURN_IF_ERROR(environment_.authorization->Authorize(caller));
  std::optional<Admission::Place> place = environment_.admission->TryEnter();
  if (!place.has_value()) return MakeError(Reason::kOverloaded, "too many calls in flight");
  place_.emplace(*std::move(place));
  call_.emplace(CallContext{std::move(caller), now, started_});
  return &*call_;
}

absl::Status UnaryCall::Submit(std::function<void()> work) {
  if (environment_.executor->TrySubmit(std::move(work))) return absl::OkStatus();
  return MakeError(Reason::kOverloaded, "too many calls are waiting");
}

void UnaryCall::Finish(const absl::Status& status) {
  const grpc::Status answer = StatusToGrpc(status);
  Record(static_cast<int>(answer.error_code()));
  WriteIfOurs(status);
  place_.reset();
  reactor_->Finish(answer);
}

void UnaryCall::FinishAbandoned() {
  Record(static_cast<int>(grpc::StatusCode::CANCELLED));
  place_.reset();
  reactor_->Finish(grpc::Status::CANCELLED);
}

// A library's error, whose text the caller never sees, and what only the operator can mend.
void UnaryCall::WriteIfOurs(const absl::Status& status) const {
  if (status.ok()) return;
  const bool ours = !ReasonOf(status).has_value() || status.code() == absl::StatusCode::kInternal ||
                    status.code() == absl::StatusCode::kDataLoss;
  if (!ours) return;
  const std::string method = absl::StrCat(service_.text(), "/", method_.text());
  environment_.events->WriteFailure(Event::kCallFailed, status, "method", OwnText(method));
}

void UnaryCall::Record(int code) const {
  environment_.metrics->RecordHandled(service_, method_, code,
                                      environment_.clock->Monotonic() - started_);
}

}  // namespace mrg
