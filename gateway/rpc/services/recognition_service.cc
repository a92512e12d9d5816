#include "gateway/rpc/services/recognition_service.h"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "gateway/answer/recognition_request.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/random.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/receipt/idempotency.h"
#include "gateway/recognition/decide.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using Done = std::function<void(absl::StatusOr<RecognizeResponse>)>;

constexpr size_t kSaltBytes = 32;

LabelValue OutcomeLabel(audit::v1::Outcome outcome) {
  switch (outcome) {
    case audit::v1::OUTCOME_RECOGNIZED:
      return "RECOGNIZED";
    case audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS:
      return "RECOGNIZED_WITH_CONDITIONS";
    case audit::v1::OUTCOME_NOT_RECOGNIZED:
      return "NOT_RECOGNIZED";
    case audit::v1::OUTCOME_NO_RULE:
      return "NO_RULE";
    case audit::v1::OUTCOME_STALE_TRUST:
      return "STALE_TRUST";
    default:
      return "UNSPECIFIED";
  }
}

class RecognitionServiceImpl
    : public gateway::v1::RecognitionService::WithRawCallbackMethod_Recognize<
          gateway::v1::RecognitionService::Service> {
 public:
  RecognitionServiceImpl(CallEnvironment environment, RecognitionDependencies dependencies)
      : environment_(environment), dependencies_(std::move(dependencies)) {}

  grpc::ServerUnaryReactor* Recognize(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return HandleRawAsync<RecognizeRequest, RecognizeResponse>(
        context, environment_, "mrg.gateway.v1.RecognitionService", "Recognize", request, response,
        [this](const CallContext& call, const RecognizeRequest& message, Done done) {
          Answer(call, message, std::move(done));
        });
  }

 private:
  // Bound, authorise, decide, commit; the reply follows when the record is durable.
  void Answer(const CallContext& call, const RecognizeRequest& message, Done done) {
    auto checked = CheckRecognizeRequest(message, call.identity, dependencies_.log_origin);
    if (!checked.ok()) return done(checked.status());
    const RecognitionRequest& request = checked->request;
    const absl::Status allowed = environment_.authorization->AuthorizeUse(
        call.identity, call.method, request.using_jurisdiction, request.scenario);
    if (!allowed.ok()) return done(allowed);
    if (!dependencies_.state->IsReady()) {
      return done(MakeError(Reason::kNodeNotReady, "see AdminService.GetTrustState"));
    }
    const auto snapshot = dependencies_.snapshots->Current();

    // The record holds microseconds, and a repeated request is decided at the recorded time.
    const absl::Time now = absl::FromUnixMicros(absl::ToUnixMicros(call.now));
    const std::string salt = RandomBytes(kSaltBytes);
    const Examination examination =
        Examine(*snapshot, checked->request, checked->presentation.document(), now);
    std::optional<StatusQuery> query;
    if (const auto licence = LicenceOf(checked->request, examination)) {
      query =
          QueryAt(KeysOf(checked->request), examination.issuing->statuses->epochs(), *licence, now);
    }
    Decision decision =
        Decide(*snapshot, checked->request, checked->presentation, examination, query, salt, now);
    ReceiptOrder order{call.identity, checked->request_id,
                       RequestBodyHmac(dependencies_.idempotency_key, CanonicalBytes(message)),
                       salt, snapshot->id()};
    SetRecord(decision.record, &order);
    const absl::Duration started = environment_.clock->Monotonic();
    auto shared = std::make_shared<CheckedRecognition>(*std::move(checked));
    dependencies_.receipts->Issue(
        std::move(order), [this, shared, started, decision = std::move(decision),
                           done = std::move(done)](ReceiptIssuer::Answer answer) mutable {
          if (!answer.ok()) return done(answer.status());
          if (std::holds_alternative<AnsweredBefore>(*answer)) {
            return AnswerAgain(std::get<AnsweredBefore>(*std::move(answer)).stored, shared,
                               std::move(done));
          }
          Count(decision, started);
          RecognizeResponse response = ToRecognizeResponse(std::move(decision));
          *response.mutable_receipt() = std::get<gateway::v1::Receipt>(*std::move(answer));
          done(std::move(response));
        });
  }

  EpochKeys KeysOf(const RecognitionRequest& request) const {
    return dependencies_.epoch_keys->KeysOf(request.issuing_jurisdiction.value());
  }

  // Result: nullopt when no number was read, so that no list can be asked.
  static std::optional<TaggedLicence> LicenceOf(const RecognitionRequest& request,
                                                const Examination& examination) {
    if (!examination.normalised_number.has_value()) return std::nullopt;
    return TaggedLicence{request.issuing_jurisdiction, request.type_code,
                         *examination.normalised_number};
  }

  // The request was answered before: decided again at the recorded time from the recorded snapshot,
  // so that the elements, which are stored nowhere, can be given again with the same receipt.
  void AnswerAgain(gateway::v1::StoredRequest stored, std::shared_ptr<CheckedRecognition> checked,
                   Done done) {
    dependencies_.metrics->repeated.Increment({});
    auto work = [this, stored = std::move(stored), checked, done] {
      done(Rebuild(stored, *checked));
    };
    // This runs on the committer's thread, which must not wait for a decision.
    if (!environment_.executor->TrySubmit(std::move(work))) {
      done(MakeError(Reason::kOverloaded, "too many calls are waiting"));
    }
  }

  absl::StatusOr<RecognizeResponse> Rebuild(const gateway::v1::StoredRequest& stored,
                                            const CheckedRecognition& checked) const {
    gateway::v1::Receipt receipt;
    if (!receipt.ParseFromString(stored.receipt())) {
      return MakeError(Reason::kStoreCorrupt, "a stored receipt does not parse");
    }
    MRG_ASSIGN_OR_RETURN(const auto snapshot,
                         dependencies_.archived_snapshots->Rebuild(stored.snapshot_id()));
    const absl::Time decided_at = absl::FromUnixMicros(stored.decided_at_us());
    const Examination examination =
        Examine(*snapshot, checked.request, checked.presentation.document(), decided_at);
    // Under the epoch that was in use then; a decision without one asked for no status, whatever
    // keys have come since.
    std::optional<StatusQuery> query;
    if (stored.epoch() != 0) {
      if (const auto licence = LicenceOf(checked.request, examination)) {
        query = QueryUnder(KeysOf(checked.request), stored.epoch(),
                           examination.issuing->statuses->epochs(), *licence);
      }
      if (!query.has_value()) {
        return MakeError(Reason::kEpochKeyUnavailable,
                         "a key that the first decision used is not held any more");
      }
    }
    Decision decision = Decide(*snapshot, checked.request, checked.presentation, examination, query,
                               stored.salt(), decided_at);
    if (CanonicalBytes(decision.record) != receipt.record()) {
      return MakeError(Reason::kInvariantBroken,
                       "deciding again did not give the recorded decision");
    }
    RecognizeResponse response = ToRecognizeResponse(std::move(decision));
    *response.mutable_receipt() = std::move(receipt);
    return response;
  }

  void Count(const Decision& decision, absl::Duration started) const {
    const LabelValue reason =
        decision.reasons.empty() ? LabelValue("NONE") : LabelValue(decision.reasons.front());
    dependencies_.metrics->recognitions.Increment(
        {{"outcome", OutcomeLabel(decision.outcome)}, {"reason", reason}});
    dependencies_.metrics->seconds.Observe(
        {}, absl::ToDoubleSeconds(environment_.clock->Monotonic() - started));
  }

  const CallEnvironment environment_;
  const RecognitionDependencies dependencies_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewRecognitionService(CallEnvironment environment,
                                                     RecognitionDependencies dependencies) {
  return std::make_unique<RecognitionServiceImpl>(environment, std::move(dependencies));
}

}  // namespace mrg
