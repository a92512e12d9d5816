#include "gateway/rpc/services/recognition_service.h"

#include <functional>
#include <utility>
#include <variant>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using Done = std::function<void(absl::StatusOr<RecognizeResponse>)>;

class Desk {
 public:
  Desk(const CallEnvironment& environment, Recognise::Parts parts)
      : environment_(environment), metrics_(parts.metrics), recognise_(std::move(parts)) {}

  void Ask(const CallContext& call, std::shared_ptr<const RecognizeRequest> message,
           Done done) const {
    const absl::Duration arrived = call.arrived;
    recognise_.Ask(call.caller, std::move(message), call.now,
                   [this, arrived, done = std::move(done)](Recognise::Answer answer) {
                     Finish(std::move(answer), arrived, done);
                   });
  }

 private:
  void Finish(Recognise::Answer answer, absl::Duration arrived, const Done& done) const {
    if (!answer.ok()) return done(answer.status());
    if (std::holds_alternative<Recognise::Repeated>(*answer)) {
      return AnswerAgain(std::get<Recognise::Repeated>(*std::move(answer)), done);
    }
    metrics_->seconds.Observe({}, absl::ToDoubleSeconds(environment_.clock->Monotonic() - arrived));
    done(std::get<RecognizeResponse>(*std::move(answer)));
  }

  // This runs on the committer's thread, which must not wait for a decision.
  void AnswerAgain(Recognise::Repeated repeated, const Done& done) const {
    auto work = [this, repeated = std::move(repeated), done] {
      done(recognise_.AnswerAgain(repeated));
    };
    if (!environment_.executor->TrySubmit(std::move(work))) {
      done(MakeError(Reason::kOverloaded, "too many calls are waiting"));
    }
  }

  const CallEnvironment environment_;
  const RecognitionMetrics* const metrics_;
  const Recognise recognise_;
};

}  // namespace

std::unique_ptr<RawService> NewRecognitionService(CallEnvironment environment,
                                                  Recognise::Parts parts) {
  const auto desk = std::make_shared<const Desk>(environment, std::move(parts));
  auto service =
      std::make_unique<RawService>(LabelValue("mrg.gateway.v1.RecognitionService"), environment);
  service->AddAsync<RecognizeRequest, RecognizeResponse>(
      "Recognize", [desk](const CallContext& call, std::shared_ptr<const RecognizeRequest> message,
                          Done done) { desk->Ask(call, std::move(message), std::move(done)); });
  return service;
}

}  // namespace mrg
