#include "gateway/recognition/decide.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/recognition/check_list.h"
#include "gateway/recognition/freshness.h"
#include "gateway/recognition/licence_facts.h"
#include "gateway/recognition/record_facts.h"
#include "gateway/recognition/refused_elements.h"
#include "gateway/recognition/released_document.h"
#include "gateway/recognition/signer_match.h"
#include "gateway/translation/source_report.h"

namespace mrg {
namespace {

audit::v1::SigningTimeKind KindInRecord(SigningTimeKind kind) {
  switch (kind) {
    case SigningTimeKind::kNone:
      return audit::v1::SIGNING_TIME_KIND_NONE;
    case SigningTimeKind::kClaimed:
      return audit::v1::SIGNING_TIME_KIND_CLAIMED;
    case SigningTimeKind::kStamped:
      return audit::v1::SIGNING_TIME_KIND_STAMPED;
  }
  return audit::v1::SIGNING_TIME_KIND_UNSPECIFIED;
}

// One decision in the making: the inputs and what has been found so far.
class Judgement {
 public:
  Judgement(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
            const Credential& credential, const Examination& examination,
            const std::optional<StatusQuery>& status_query, absl::string_view salt, absl::Time now)
      : snapshot_(snapshot),
        request_(request),
        credential_(credential),
        examination_(examination),
        selection_(examination.selection),
        facts_(examination.facts),
        status_query_(UsableQuery(status_query, examination)),
        salt_(salt),
        now_(now) {
    if (selection_.issuing == nullptr) return;
    issuer_ = MatchSigner(*selection_.issuing->issuers, credential_,
                          facts_.has_value() ? facts_->issuer_code : std::string());
  }

  Decision Conclude() {
    CheckSignature();
    CheckFreshness();
    CheckAgreement();
    CheckIssuer();
    CheckPack();
    CheckContent();
    CheckStatus();
    CheckTranslation();
    return Finish();
  }

 private:
  // A query that leaves out an epoch of the list cannot say that nothing stands against the
  // licence.
  static const StatusQuery* UsableQuery(const std::optional<StatusQuery>& query,
                                        const Examination& examination) {
    if (!query.has_value() || examination.selection.issuing == nullptr) return nullptr;
    for (const auto& [epoch, entry_count] : examination.selection.issuing->statuses->epochs()) {
      if (!query->tags.contains(epoch)) return nullptr;
    }
    return &*query;
  }

  void CheckSignature() {
    const absl::Status status = VerifySignature();
    checks_.Judge(
        Check::kSignature, FailureClass::kMalformed,
        status.ok() ? std::nullopt
                    : std::optional<Reason>(ReasonOf(status).value_or(Reason::kSignatureInvalid)));
  }

  absl::Status VerifySignature() const {
    if (!credential_.malformed.ok()) return credential_.malformed;
    // A listed key is prepared already; any other is prepared for this one verification.
    if (issuer_ != nullptr && issuer_->scheme() == credential_.scheme) {
      return issuer_->verifier().Verify(*credential_.signed_bytes, *credential_.signature);
    }
    auto verifier = NewEvpVerifier(*credential_.key);
    if (!verifier.ok()) return verifier.status();
    return (*verifier)->Verify(*credential_.signed_bytes, *credential_.signature);
  }

  // A list that ran out stops the decision, unless the agreement grants a grace; then the answer
  // says that it rests on it.
  void CheckFreshness() {
    Freshness found = FreshnessWith(absl::ZeroDuration());
    if (found.refusal == Reason::kTrustExpired && selection_.agreement.has_value()) {
      found = FreshnessWith(selection_.agreement->Grace());
      if (!found.refusal.has_value() && found.judged_both) {
        checks_.Condition(Check::kFreshness, Reason::kTrustInGrace);
        return;
      }
    }
    if (!found.refusal.has_value() && !found.judged_both) {
      checks_.NotEvaluated(Check::kFreshness);
    } else {
      checks_.Judge(Check::kFreshness, FailureClass::kStale, found.refusal);
      stale_list_ = std::move(found.list);
    }
  }

  Freshness FreshnessWith(absl::Duration grace) const {
    return JudgeFreshness(snapshot_, request_.using_jurisdiction, request_.issuing_jurisdiction,
                          now_, grace);
  }

  void CheckAgreement() {
    if (selection_.agreement.has_value() && !selection_.agreement->rule->conditions().empty()) {
      checks_.Condition(Check::kAgreement, Reason::kAgreementCondition);
    } else {
      checks_.Judge(Check::kAgreement, FailureClass::kNoRule, selection_.no_rule);
    }
  }

  void CheckIssuer() {
    if (selection_.issuing == nullptr || !credential_.malformed.ok()) {
      checks_.NotEvaluated(Check::kIssuer);
      return;
    }
    std::optional<Reason> refusal;
    if (issuer_ == nullptr) {
      refusal = Reason::kIssuerNotListed;
    } else if (auto refused = issuer_->RefusalAt(now_)) {
      refusal = refused;
    } else if (!issuer_->MaySignType(request_.type_code.value())) {
      refusal = Reason::kIssuerNotForType;
    }
    checks_.Judge(Check::kIssuer, FailureClass::kRefusal, refusal);
  }

  void CheckPack() {
    // Of a side whose lists are missing the freshness check has said so.
    if (selection_.no_rule.has_value() || selection_.issuing == nullptr ||
        selection_.using_side == nullptr) {
      checks_.NotEvaluated(Check::kPack);
    } else {
      checks_.Judge(Check::kPack, FailureClass::kNoRule, selection_.no_pack);
    }
    if (examination_.malformed) {
      checks_.Fail(Check::kDocument, FailureClass::kMalformed, Reason::kDocumentMalformed);
    } else if (examination_.content.has_value()) {
      const bool refused = selection_.agreement->rule->no_undeclared_members() &&
                           examination_.content->undeclared_count != 0;
      checks_.Judge(Check::kDocument, FailureClass::kRefusal,
                    refused ? std::optional<Reason>(Reason::kUndeclaredMember) : std::nullopt);
    } else {
      checks_.NotEvaluated(Check::kDocument);
    }
  }

  void CheckContent() {
    if (!facts_.has_value()) {
      for (const Check check : {Check::kBinding, Check::kIssuerState, Check::kValidity,
                                Check::kCatalogue, Check::kHolder, Check::kCopy}) {
        checks_.NotEvaluated(check);
      }
      return;
    }
    checks_.Judge(Check::kBinding, FailureClass::kRefusal, BindingRefusal());
    CheckIssuerState();
    checks_.Judge(Check::kValidity, FailureClass::kRefusal, facts_->ValidityRefusal(now_));
    CheckCatalogue();
    CheckHolder();
    CheckCopy();
  }

  // The request's values must equal the signed ones.
  std::optional<Reason> BindingRefusal() const {
    const std::optional<std::string> type = facts_->TypeCode(*selection_.issuing->catalogue);
    if (!type.has_value() || *type != request_.type_code.value()) return Reason::kTypeMismatch;
    const std::optional<std::string> jurisdiction = facts_->Jurisdiction();
    if (!jurisdiction.has_value() || *jurisdiction != request_.issuing_jurisdiction.value()) {
      return Reason::kIssuerMismatch;
    }
    if (issuer_ == nullptr) return std::nullopt;  // the issuer check has said so
    if (issuer_->issuer_code() != facts_->issuer_code) return Reason::kIssuerMismatch;
    if (!issuer_->MaySignArea(facts_->AreaOr(*jurisdiction))) return Reason::kIssuerNotForArea;
    return std::nullopt;
  }

  // The time of signing as the form says it, else the date of issue that the document claims.
  SigningTime SignedAt() const {
    if (credential_.signing_time.kind != SigningTimeKind::kNone) return credential_.signing_time;
    if (!facts_.has_value() || !facts_->issued_at.has_value()) return {};
    return {SigningTimeKind::kClaimed, *facts_->issued_at};
  }

  // A retired key is good for what it signed before. Nobody has proved the signing time to this
  // version, hence the condition.
  void CheckIssuerState() {
    if (issuer_ == nullptr) {
      checks_.NotEvaluated(Check::kIssuerState);
      return;
    }
    // What is presented before the retirement was signed before it.
    const std::optional<absl::Time> retired = issuer_->RetiredAt();
    const SigningTime signed_at = SignedAt();
    if (!retired.has_value() || now_ < *retired) {
      checks_.Pass(Check::kIssuerState);
    } else if (signed_at.kind != SigningTimeKind::kNone && signed_at.at < *retired) {
      checks_.Condition(Check::kIssuerState, Reason::kSigningTimeClaimed);
    } else {
      checks_.Fail(Check::kIssuerState, FailureClass::kRefusal, Reason::kIssuerRetired);
    }
  }

  void CheckCatalogue() {
    faults_ = DocumentFaults(*examination_.content,
                             *selection_.issuing->catalogue->FindType(request_.type_code.value()),
                             snapshot_.dictionary(), now_);
    checks_.Judge(Check::kCatalogue, FailureClass::kRefusal,
                  faults_.empty() ? std::nullopt : std::optional<Reason>(faults_.front().reason));
  }

  void CheckHolder() {
    if (request_.expected_holder_name.empty() && request_.expected_holder_code.empty()) {
      checks_.NotNeeded(Check::kHolder);
      return;
    }
    checks_.Judge(Check::kHolder, FailureClass::kRefusal,
                  facts_->HolderIs(request_.expected_holder_name, request_.expected_holder_code)
                      ? std::nullopt
                      : std::optional<Reason>(Reason::kHolderMismatch));
  }

  void CheckCopy() {
    if (!facts_->is_copy) {
      checks_.NotNeeded(Check::kCopy);
      return;
    }
    checks_.Judge(Check::kCopy, FailureClass::kRefusal,
                  facts_->CopyMayServe(request_.scenario.value(), ScenarioInChinese(), now_)
                      ? std::nullopt
                      : std::optional<Reason>(Reason::kCopyOutOfScope));
  }

  std::string ScenarioInChinese() const {
    for (const auto& scenario : selection_.agreement->agreement->message().scenarios()) {
      if (scenario.id() == request_.scenario.value()) return scenario.zh();
    }
    return std::string();
  }

  void CheckStatus() {
    if (!examination_.normalised_number.has_value()) {
      // A licence without a number, or with one under which no status can be set, is in no status
      // list, so nothing could ever revoke it. Mostly the catalogue check has refused already.
      if (facts_.has_value() && checks_.AllHoldBefore(Check::kStatus)) {
        checks_.Fail(Check::kStatus, FailureClass::kRefusal,
                     facts_->number.empty() ? Reason::kElementMissing : Reason::kElementMalformed);
      } else {
        checks_.NotEvaluated(Check::kStatus);
      }
      checks_.NotEvaluated(Check::kDisputeMark);
      return;
    }
    if (status_query_ == nullptr) {
      checks_.Fail(Check::kStatus, FailureClass::kStale, Reason::kStatusUnavailable);
      checks_.NotEvaluated(Check::kDisputeMark);
      return;
    }
    const LicenceStatusVerdict verdict =
        selection_.issuing->statuses->AtAny(status_query_->tags, now_);
    checks_.Judge(Check::kStatus, FailureClass::kRefusal, verdict.refusal);
    if (verdict.under_dispute) {
      checks_.Condition(Check::kDisputeMark, Reason::kUnderDispute);
    } else {
      checks_.Pass(Check::kDisputeMark);
    }
  }

  void CheckTranslation() {
    if (!checks_.AllHoldBefore(Check::kTranslation) || !examination_.content.has_value() ||
        selection_.target_pack == nullptr) {
      checks_.NotEvaluated(Check::kTranslation);
      return;
    }
    ReleasedDocument released =
        ReleaseDocument(*selection_.agreement->rule, *selection_.target_pack->pack,
                        *examination_.content, request_.requested_elements);
    document_ = std::move(released.document);
    released_ = std::move(released.ids);
    reports_ = std::move(released.reports);
    checks_.Pass(Check::kTranslation);
  }

  std::string CanonicalReleasedElements() const {
    gateway::v1::CanonicalLicence released;
    for (const auto& element : examination_.content->elements) {
      if (released_.contains(element.id())) *released.add_elements() = element;
    }
    return CanonicalBytes(released);
  }

  std::vector<TargetRef> TargetsUsed() const {
    std::vector<TargetRef> used;
    const auto add = [&used](const TargetFact& target) {
      used.push_back({target.path, target.sha256});
    };
    if (!snapshot_.dictionary_target().path.empty()) add(snapshot_.dictionary_target());
    if (selection_.issuing != nullptr) {
      add(selection_.issuing->issuers_target);
      add(selection_.issuing->catalogue_target);
      add(selection_.issuing->status_target);
    }
    if (selection_.using_side != nullptr) add(selection_.using_side->catalogue_target);
    if (selection_.agreement.has_value()) {
      for (const std::string& path : selection_.agreement->target_paths) {
        used.push_back({path, selection_.agreement->sha256});
      }
    }
    for (const PackFact* pack : {selection_.source_pack, selection_.target_pack}) {
      if (pack != nullptr) add(pack->target);
    }
    return used;
  }

  // A type or scenario that no list knows is text of the caller's choosing, and may name a person:
  // it goes into no record.
  bool KnowsType() const {
    for (const JurisdictionFacts* side : {selection_.issuing, selection_.using_side}) {
      if (side != nullptr && side->catalogue->FindType(request_.type_code.value()) != nullptr) {
        return true;
      }
    }
    return false;
  }

  bool KnowsScenario() const {
    return selection_.agreement.has_value() ||
           snapshot_.agreements().KnowsScenario(request_.scenario.value());
  }

  void AddRefusedElements(Decision* decision) const {
    const RefusedDocument document = {&snapshot_, &request_, &*facts_, &faults_, now_};
    for (const Reason reason : decision->reasons) {
      std::vector<std::string> ids = RefusedElements(reason, document);
      if (!ids.empty()) decision->refused_elements[reason] = std::move(ids);
    }
  }

  Decision Finish() {
    Decision decision;
    decision.outcome = checks_.Outcome();
    decision.reasons = checks_.Reasons();
    if (decision.outcome == audit::v1::OUTCOME_STALE_TRUST) {
      decision.stale_list = std::move(stale_list_);
    }
    if (examination_.content.has_value()) {
      decision.undeclared_members = UndeclaredIn(*examination_.content);
      AddRefusedElements(&decision);
    }

    audit::v1::DecisionRecord& record = decision.record;
    record.set_schema(kRecordSchema);
    record.set_log_origin(request_.log_origin);
    record.set_decided_at_us(absl::ToUnixMicros(now_));
    record.set_using_jurisdiction(request_.using_jurisdiction.value());
    record.set_issuing_jurisdiction(request_.issuing_jurisdiction.value());
    if (KnowsType()) record.set_type_code(request_.type_code.value());
    if (KnowsScenario()) record.set_scenario(request_.scenario.value());
    record.set_caller_spiffe_id(request_.caller.value());
    record.set_algorithm(std::string(SchemeName(credential_.scheme)));
    record.set_form(std::string(FormName(credential_.form)));
    record.set_signing_time_kind(KindInRecord(SignedAt().kind));
    if (issuer_ != nullptr) record.set_issuer_entry_sha256(issuer_->entry_sha256());
    checks_.AppendTo(&record);
    record.set_outcome(decision.outcome);
    AddRestsOn(snapshot_, request_.using_jurisdiction, request_.issuing_jurisdiction, &record);
    AddTargetsUsed(TargetsUsed(), &record);
    record.set_rules_version(kRulesVersion);
    record.set_licence_commitment(Commitment(salt_, *credential_.document));
    record.set_salt_digest(Sha256(salt_));
    if (status_query_ != nullptr) record.set_epoch(status_query_->epoch);
    if (selection_.agreement.has_value()) {
      *record.mutable_agreement_conditions() = selection_.agreement->rule->conditions();
    }

    const bool recognised = decision.outcome == audit::v1::OUTCOME_RECOGNIZED ||
                            decision.outcome == audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
    if (recognised) {
      const std::string elements = CanonicalReleasedElements();
      if (!elements.empty()) record.set_elements_commitment(Commitment(salt_, elements));
      decision.target_standard = selection_.target_standard;
      decision.document = std::move(document_);
      decision.reports = std::move(reports_);
      for (const auto* condition : selection_.agreement->Conditions()) {
        decision.conditions.push_back(*condition);
      }
    }
    return decision;
  }

  const RecognitionSnapshot& snapshot_;
  const RecognitionRequest& request_;
  const Credential& credential_;
  const Examination& examination_;
  const RuleSelection& selection_;            // of the examination
  const std::optional<LicenceFacts>& facts_;  // of the examination
  const StatusQuery* const status_query_;     // null: the status is not known
  const absl::string_view salt_;
  const absl::Time now_;

  std::shared_ptr<const Issuer> issuer_;  // null: none lists the signer
  CheckList checks_;
  std::vector<ElementFault> faults_;  // of the document
  std::optional<StaleList> stale_list_;
  std::set<std::string> released_;
  std::string document_;
  std::vector<gateway::v1::ElementReport> reports_;
};

}  // namespace

Decision Decide(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                const Credential& credential, const Examination& examination,
                const std::optional<StatusQuery>& status_query, absl::string_view salt,
                absl::Time now) {
  return Judgement(snapshot, request, credential, examination, status_query, salt, now).Conclude();
}

}  // namespace mrg
