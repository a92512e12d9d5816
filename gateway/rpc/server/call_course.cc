#include "gateway/rpc/server/call_course.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

CallCourse::CallCourse(const UnaryMethod* method, std::function<void()> cut)
    : method_(method), cut_(std::move(cut)), started_(method->environment.clock->Monotonic()) {}

absl::Status CallCourse::Enter(const CallPeer& peer) {
  MRG_ASSIGN_OR_RETURN(CallContext judged,
                       JudgeCaller(peer, method_->environment, method_->name, started_));
  std::optional<Admission::Place> place = judged.admission->TryEnter(judged.caller.identity);
  if (!place.has_value()) return MakeError(Reason::kOverloaded, "too many calls in flight");
  call_.emplace(std::move(judged));
  place_.emplace(*std::move(place));
  return absl::OkStatus();
}

void CallCourse::AwaitRequest(std::function<void()> start) {
  waiting_.emplace(method_->environment.reads->Begin(started_, cut_));
  place_->BeginRead(std::move(start));
}

absl::Status CallCourse::TakeRequest(size_t bytes) {
  waiting_.reset();
  if (place_->EndRead(bytes)) return absl::OkStatus();
  return MakeError(Reason::kOverloaded, "too many bytes of requests in flight");
}

absl::Status CallCourse::Submit(std::function<void()> work) {
  if (method_->environment.executor->TrySubmit(std::move(work))) return absl::OkStatus();
  return MakeError(Reason::kOverloaded, "too many calls are waiting");
}

absl::Status CallCourse::HoldAnswer(size_t bytes) {
  if (place_->HoldAnswer(bytes)) return absl::OkStatus();
  return MakeError(Reason::kOverloaded, "too many bytes of answers wait for their callers");
}

std::string CallCourse::TellFailure(absl::string_view own, const absl::Status& status) const {
  return mrg::TellFailure(own, method_->environment, method_->name, status);
}

void CallCourse::Finish(const CallEnd& end) {
  const CallEnvironment& environment = method_->environment;
  const absl::Duration now = environment.clock->Monotonic();
  RecordEnd(environment, method_->name, call_.has_value() ? &call_->caller.identity : nullptr, end,
            now - started_);
  waiting_.emplace(environment.reads->Begin(now, cut_));
}

}  // namespace mrg
