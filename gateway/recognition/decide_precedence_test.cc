// The outcome for every pair of faults: the graver class decides, and its reasons are reported. A
// fault that keeps a check from being made hides what that check would have said.

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/recognition/check_list.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::UnorderedElementsAreArray;

// The checks that need the document's content.
const std::vector<std::string>& ContentChecks() {
  static const auto* const checks = new std::vector<std::string>{
      "document", "binding", "issuer_state", "validity",    "catalogue",
      "holder",   "copy",    "status",       "dispute_mark"};
  return *checks;
}

std::vector<std::string> Plus(std::vector<std::string> checks, const std::string& more) {
  checks.push_back(more);
  return checks;
}

// One fault of a question that is otherwise answered with yes.
struct Fault {
  std::string name;
  // What it is worth; nullopt: a condition.
  std::optional<FailureClass> failure_class;
  std::string check;
  Reason reason;
  std::vector<std::string> hides;  // checks that are not made because of it
  std::function<void(SnapshotFixture*, LicenceQuestion*)> apply;
};

void AddStatus(SnapshotFixture* fixture, gateway::v1::LicenceStatusKind kind) {
  auto& statuses = fixture->jurisdictions.at("50").statuses;
  const auto entry = StatusOf(Sample("50-driving-licence"), kind, FixtureNow());
  if (statuses.empty()) {
    statuses.push_back(entry);
  } else {
    *statuses[0].add_intervals() = entry.intervals(0);
  }
}

// Edits the document, which the last step signs.
void Edit(LicenceQuestion* question, absl::string_view from, absl::string_view to) {
  question->EditDocument(from, to);
}

const std::vector<Fault>& Faults() {
  using Fixture = SnapshotFixture*;
  using Question = LicenceQuestion*;
  const auto& content = ContentChecks();
  const auto malformed = FailureClass::kMalformed;
  const auto stale = FailureClass::kStale;
  const auto no_rule = FailureClass::kNoRule;
  const auto refusal = FailureClass::kRefusal;
  static const auto* const faults = new std::vector<Fault>{
      // The document's content first: what comes later appends to it or breaks the signature.
      {"type",
       refusal,
       "binding",
       Reason::kTypeMismatch,
       {},
       [](Fixture, Question q) {
         Edit(q, "\"certificateTypeCode\": \"11100000XX0000019L003\"",
              "\"certificateTypeCode\": \"11100000XX0000019L001\"");
       }},
      {"expired",
       refusal,
       "validity",
       Reason::kLicenceExpired,
       {},
       [](Fixture, Question q) { Edit(q, "2036年01月05日", "2026年02月28日"); }},
      {"code",
       refusal,
       "catalogue",
       Reason::kCodeUnknown,
       {},
       [](Fixture, Question q) { Edit(q, "\"xb\": \"1\"", "\"xb\": \"7\""); }},
      {"copy",
       refusal,
       "copy",
       Reason::kCopyOutOfScope,
       {},
       [](Fixture, Question q) {
         Edit(q, "\"certificateStatus\"", "\"copy\": {\"cause\": \"别处\"}, \"certificateStatus\"");
       }},
      {"holder",
       refusal,
       "holder",
       Reason::kHolderMismatch,
       {},
       [](Fixture, Question q) { q->request.expected_holder_name = "样例甲"; }},
      {"revoked",
       refusal,
       "status",
       Reason::kLicenceRevoked,
       {},
       [](Fixture f, Question) { AddStatus(f, gateway::v1::LICENCE_STATUS_KIND_REVOKED); }},
      {"disputed",
       std::nullopt,
       "dispute_mark",
       Reason::kUnderDispute,
       {},
       [](Fixture f, Question) { AddStatus(f, gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE); }},
      {"retired",
       std::nullopt,
       "issuer_state",
       Reason::kSigningTimeClaimed,
       {},
       [](Fixture f, Question) {
         f->AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED, FixtureNow());
       }},
      {"suspended",
       refusal,
       "issuer",
       Reason::kIssuerSuspended,
       {},
       [](Fixture f, Question) {
         f->AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_SUSPENDED, FixtureNow());
       }},
      {"not listed",
       refusal,
       "issuer",
       Reason::kIssuerNotListed,
       {"issuer_state"},
       [](Fixture f, Question) {
         f->Issuer("50").set_public_key(IssuerKey("99").public_key().spki_der());
       }},
      {"no tag key",
       stale,
       "status",
       Reason::kStatusUnavailable,
       {"dispute_mark"},
       [](Fixture, Question q) { q->epoch_keys.clear(); }},
      {"expired list",
       stale,
       "freshness",
       Reason::kTrustExpired,
       {},
       [](Fixture f, Question) { f->Role(kDeltaMember, "snapshot").expires = FixtureNow(); }},
      {"missing lists", stale, "freshness", Reason::kTrustMissing, Plus(content, "pack"),
       [](Fixture f, Question) { f->jurisdictions.at("31").in_force = false; }},
      {"no agreement", no_rule, "agreement", Reason::kAgreementNotInForce, Plus(content, "pack"),
       [](Fixture f, Question) { f->Repeal("31", "cross-region-sample", FixtureNow()); }},
      {"scenario", no_rule, "agreement", Reason::kScenarioUnknown, Plus(content, "pack"),
       [](Fixture, Question q) { q->request.scenario = *ScenarioId::Parse("space-travel"); }},
      {"type unknown", no_rule, "agreement", Reason::kTypeUnknown, Plus(content, "pack"),
       [](Fixture f, Question) {
         f->Type("50", kDrivingLicenceType).set_type_code("11100000XX0000019L009");
       }},
      {"no pack", no_rule, "pack", Reason::kNoPack, content,
       [](Fixture f, Question) {
         f->EditAgreement("cross-region-sample", "standard: \"cq-sample\"", "standard: \"other\"");
       }},
      {"standard", no_rule, "pack", Reason::kStandardUnknown, content,
       [](Fixture, Question q) { q->request.document_standard = *StandardId::Parse("papyrus"); }},
      {"document",
       malformed,
       "document",
       Reason::kDocumentMalformed,
       {"binding", "issuer_state", "validity", "catalogue", "holder", "copy", "status",
        "dispute_mark"},
       [](Fixture, Question q) { q->Sign(q->detached().document() + "}"); }},
      {"signature",
       malformed,
       "signature",
       Reason::kSignatureInvalid,
       {},
       [](Fixture, Question q) {
         q->detached().set_signature(*IssuerKey("50").Sign("another document"));
       }},
      {"key",
       malformed,
       "signature",
       Reason::kKeyMalformed,
       {"issuer", "issuer_state"},
       [](Fixture, Question q) { q->detached().set_public_key("no key"); }},
  };
  return *faults;
}

bool Hides(const Fault& one, const Fault& other) {
  return std::find(one.hides.begin(), one.hides.end(), other.check) != one.hides.end();
}

int GravityOf(const Fault& fault) {
  return fault.failure_class.has_value() ? 4 - static_cast<int>(*fault.failure_class) : 0;
}

audit::v1::Outcome OutcomeOf(const Fault& gravest) {
  if (!gravest.failure_class.has_value()) return audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
  switch (*gravest.failure_class) {
    case FailureClass::kStale:
      return audit::v1::OUTCOME_STALE_TRUST;
    case FailureClass::kNoRule:
      return audit::v1::OUTCOME_NO_RULE;
    default:
      return audit::v1::OUTCOME_NOT_RECOGNIZED;
  }
}

Decision AnswerWith(const std::vector<const Fault*>& faults) {
  SnapshotFixture fixture;
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  for (const Fault* fault : faults) fault->apply(&fixture, &question);
  return Answer(fixture.Build(), question);
}

// Expects what the faults that show make of the outcome.
void ExpectOutcomeOf(const Decision& decision, const std::vector<const Fault*>& shown,
                     const std::string& names) {
  const Fault* gravest = shown.front();
  for (const Fault* fault : shown) {
    if (GravityOf(*fault) > GravityOf(*gravest)) gravest = fault;
  }
  std::vector<Reason> reasons;
  for (const Fault* fault : shown) {
    const CheckVerdict expected =
        fault->failure_class.has_value() ? Failed(fault->reason) : Conditional(fault->reason);
    EXPECT_EQ(VerdictOn(decision, fault->check), expected) << names;
    if (GravityOf(*fault) == GravityOf(*gravest)) reasons.push_back(fault->reason);
  }
  EXPECT_EQ(decision.outcome, OutcomeOf(*gravest)) << names;
  EXPECT_EQ(decision.record.outcome(), decision.outcome) << names;
  EXPECT_THAT(decision.reasons, UnorderedElementsAreArray(reasons)) << names;
  EXPECT_EQ(decision.document.empty(), gravest->failure_class.has_value()) << names;
}

TEST(DecidePrecedence, EachFaultAloneGivesItsOutcomeAndHidesWhatItHides) {
  for (const Fault& fault : Faults()) {
    const Decision decision = AnswerWith({&fault});

    ExpectOutcomeOf(decision, {&fault}, fault.name);
    for (const std::string& hidden : fault.hides) {
      EXPECT_EQ(VerdictOn(decision, hidden), kNotEvaluated) << fault.name << ": " << hidden;
    }
  }
}

TEST(DecidePrecedence, OfEveryPairOfFaultsTheGraverDecides) {
  const std::vector<Fault>& faults = Faults();
  int pairs = 0;
  for (size_t i = 0; i < faults.size(); ++i) {
    for (size_t j = i + 1; j < faults.size(); ++j) {
      const Fault& first = faults[i];
      const Fault& second = faults[j];
      // Of two faults of one check the check names one.
      if (first.check == second.check) continue;
      std::vector<const Fault*> shown;
      if (!Hides(second, first)) shown.push_back(&first);
      if (!Hides(first, second)) shown.push_back(&second);
      ASSERT_FALSE(shown.empty());

      ExpectOutcomeOf(AnswerWith({&first, &second}), shown,
                      absl::StrCat(first.name, " and ", second.name));
      ++pairs;
    }
  }
  EXPECT_GT(pairs, 190);
}

TEST(DecidePrecedence, OfTwoFaultsOfOneCheckOneIsNamed) {
  const std::vector<Fault>& faults = Faults();
  for (size_t i = 0; i < faults.size(); ++i) {
    for (size_t j = i + 1; j < faults.size(); ++j) {
      if (faults[i].check != faults[j].check) continue;
      const Decision decision = AnswerWith({&faults[i], &faults[j]});

      const CheckVerdict verdict = VerdictOn(decision, faults[i].check);
      EXPECT_TRUE(verdict == Failed(faults[i].reason) || verdict == Failed(faults[j].reason))
          << faults[i].name << " and " << faults[j].name << ": " << verdict;
      EXPECT_EQ(decision.reasons.size(), 1u) << faults[i].name << " and " << faults[j].name;
    }
  }
}

}  // namespace
}  // namespace mrg
