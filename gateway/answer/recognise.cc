#include "gateway/answer/recognise.h"

#include <optional>

#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/random.h"
#include "gateway/licence_tag/status_query.h"
#include "gateway/recognition/decide.h"
#include "gateway/request_memory/request_memory.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

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

void Count(const Decision& decision, const RecognitionMetrics& metrics) {
  const LabelValue reason =
      decision.reasons.empty() ? LabelValue("NONE") : LabelValue(decision.reasons.front());
  metrics.recognitions.Increment({{"outcome", OutcomeLabel(decision.outcome)}, {"reason", reason}});
}

// Result: nullopt when no number was read, so that no list can be asked.
std::optional<TaggedLicence> LicenceOf(const RecognitionRequest& request,
                                       const Examination& examination) {
  if (!examination.normalised_number.has_value()) return std::nullopt;
  return TaggedLicence{request.issuing_jurisdiction, request.type_code,
                       *examination.normalised_number};
}

}  // namespace

EpochKeys Recognise::KeysOf(const RecognitionRequest& request,
                            const RecognitionSnapshot& snapshot) const {
  return parts_.epoch_keys->KeysOf(request.issuing_jurisdiction,
                                   snapshot.MemberOf(request.issuing_jurisdiction));
}

void Recognise::Ask(const Caller& caller, std::shared_ptr<const RecognizeRequest> message,
                    absl::Time at, std::function<void(Answer)> done) const {
  auto parsed = CheckRecognizeRequest(message, caller.identity, parts_.log_origin);
  if (!parsed.ok()) return done(parsed.status());
  const auto checked = std::make_shared<const CheckedRecognition>(*std::move(parsed));
  const RecognitionRequest& request = checked->request;
  const absl::Status allowed =
      parts_.authorization->AuthorizeUse(caller, request.using_jurisdiction, request.scenario);
  if (!allowed.ok()) return done(allowed);
  if (!parts_.is_ready()) {
    return done(MakeError(Reason::kNodeNotReady, "see AdminService.GetTrustState"));
  }
  const auto snapshot = parts_.snapshots->Current();
  const std::string body_hmac = RequestBodyHmac(parts_.idempotency_key, CanonicalBytes(*message));
  const absl::Status known = CheckKnownElements(request.requested_elements, *snapshot);
  if (!known.ok()) {
    // An answer that was given stays the answer, whatever the dictionary knows today.
    auto before = parts_.receipts->Recall(caller.identity, checked->request_id, body_hmac);
    if (!before.ok()) return done(before.status());
    if (!before->has_value()) return done(known);
    parts_.metrics->repeated.Increment({});
    return done(Repeated{**std::move(before), checked});
  }

  // The record holds microseconds, and a repeated request is decided at the recorded time.
  const absl::Time now = absl::FromUnixMicros(absl::ToUnixMicros(at));
  const std::string salt = RandomBytes(kSaltBytes);
  const Examination examination = Examine(*snapshot, request, *checked->credential.document, now);
  std::optional<StatusQuery> query;
  if (const auto licence = LicenceOf(request, examination)) {
    query = QueryAt(KeysOf(request, *snapshot), examination.selection.issuing->statuses->epochs(),
                    *licence, now);
  }
  Decision decision =
      Decide(*snapshot, request, checked->credential, examination, query, salt, now);
  ReceiptOrder order{caller.identity, checked->request_id, body_hmac, salt, snapshot->id()};
  SetRecord(decision.record, &order);
  parts_.receipts->Issue(
      std::move(order), [this, checked, decision = std::move(decision),
                         done = std::move(done)](ReceiptIssuer::Answer issued) mutable {
        if (!issued.ok()) return done(issued.status());
        if (std::holds_alternative<AnsweredBefore>(*issued)) {
          parts_.metrics->repeated.Increment({});
          return done(Repeated{std::get<AnsweredBefore>(*std::move(issued)), checked});
        }
        Count(decision, *parts_.metrics);
        if (decision.stale_list.has_value()) parts_.stale_lists->Tell(*decision.stale_list);
        RecognizeResponse response = ToRecognizeResponse(std::move(decision));
        *response.mutable_receipt() = std::get<gateway::v1::Receipt>(*std::move(issued));
        done(std::move(response));
      });
}

absl::StatusOr<RecognizeResponse> Recognise::AnswerAgain(const Repeated& repeated) const {
  const gateway::v1::StoredRecognition& stored = repeated.before.stored;
  const gateway::v1::Receipt& receipt = repeated.before.receipt;
  const RecognitionRequest& request = repeated.checked->request;
  const Credential& credential = repeated.checked->credential;
  MRG_ASSIGN_OR_RETURN(const auto snapshot, parts_.archived(stored.snapshot_id()));
  const absl::Time decided_at = absl::FromUnixMicros(stored.decided_at_us());
  const Examination examination = Examine(*snapshot, request, *credential.document, decided_at);
  // Under the epoch that was in use then; a decision without one asked for no status, whatever keys
  // have come since.
  std::optional<StatusQuery> query;
  if (stored.epoch() != 0) {
    if (const auto licence = LicenceOf(request, examination)) {
      query = QueryUnder(KeysOf(request, *snapshot), stored.epoch(),
                         examination.selection.issuing->statuses->epochs(), *licence);
    }
    if (!query.has_value()) {
      return MakeError(Reason::kEpochKeyUnavailable,
                       "a key that the first decision used is not held any more");
    }
  }
  Decision decision =
      Decide(*snapshot, request, credential, examination, query, receipt.salt(), decided_at);
  if (DecisionLeaf(decision.record) != receipt.leaf()) {
    return MakeError(Reason::kInvariantBroken, "deciding again did not give the recorded decision");
  }
  RecognizeResponse response = ToRecognizeResponse(std::move(decision));
  *response.mutable_receipt() = receipt;
  return response;
}

}  // namespace mrg
