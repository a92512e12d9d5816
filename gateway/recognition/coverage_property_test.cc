// Coverage and decisions must never differ: random sets of agreements, listed and repealed at
// random, are asked at random instants both ways. The seed is printed; MRG_SEED repeats a run.

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/testing/ids.h"
#include "gateway/recognition/coverage.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const std::vector<std::string> kJurisdictions = {"31", "32", "50"};
const std::vector<std::string> kScenarios = {"government-service", "traffic-check"};
// Of each jurisdiction one sample; the types are those of the samples and one that nobody has.
const std::map<std::string, std::string> kSamples = {
    {"31", "31-identity-card"}, {"32", "32-driving-licence"}, {"50", "50-driving-licence"}};
const std::vector<std::string> kElements = {
    "certificateNumber",          "certificateHolderName", "status",
    "face.driver.vehicleClasses", "face.idcard.sex",       "face.business.scope",
    "certificateAreaCode"};
constexpr int kSteps = 12;

uint64_t Seed() {
  uint64_t seed = 0;
  const char* given = std::getenv("MRG_SEED");
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  return seed;
}

// An instant near FixtureNow() at which things begin and end.
absl::Time Step(int step) { return FixtureNow() + absl::Minutes(5) * (step - kSteps / 2); }

class RandomFixtures {
 public:
  explicit RandomFixtures(uint64_t seed) : random_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool OneIn(int n) { return Below(n) == 0; }
  const std::string& Of(const std::vector<std::string>& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(list.size())))];
  }

  SnapshotFixture Next() {
    SnapshotFixture fixture;
    fixture.agreements.clear();
    for (const char* id : {"alpha", "beta"}) {
      for (uint32_t revision = 1; revision <= 2; ++revision) {
        fixture.agreements.push_back(Listed(Draft(id, revision)));
      }
      for (const std::string& jurisdiction : kJurisdictions) {
        if (OneIn(4)) fixture.Repeal(jurisdiction, id, Step(Below(kSteps)));
      }
    }
    return fixture;
  }

 private:
  gateway::v1::Agreement Draft(const std::string& id, uint32_t revision) {
    const int from = Below(kSteps);
    auto draft = DraftAgreement(id, revision, kJurisdictions, Step(from),
                                OneIn(2) ? absl::InfiniteFuture() : Step(from + 1 + Below(kSteps)));
    static const auto* const packs = new std::vector<gateway::v1::AgreementPack>([] {
      const auto shipped = Agreement::Parse(ShippedAgreementText("cross-region-sample"));
      return std::vector<gateway::v1::AgreementPack>((*shipped)->message().packs().begin(),
                                                     (*shipped)->message().packs().end());
    }());
    for (const auto& pack : *packs) {
      if (!OneIn(8)) *draft.add_packs() = pack;
    }
    *draft.add_dispute_routes() = Route("STATUS_ERROR", Of(kJurisdictions));
    for (const std::string& issuing : kJurisdictions) {
      for (const std::string& using_side : kJurisdictions) {
        for (const std::string& scenario : kScenarios)
          AddRules(issuing, using_side, scenario, &draft);
      }
    }
    return draft;
  }

  void AddRules(const std::string& issuing, const std::string& using_side,
                const std::string& scenario, gateway::v1::Agreement* draft) {
    for (const char* type : {kIdentityCardType, kDrivingLicenceType}) {
      if (OneIn(3)) continue;
      gateway::v1::AgreementRule* rule = AddRule(issuing, using_side, type, scenario, draft);
      for (const std::string& element : kElements) {
        if (OneIn(2)) rule->add_allowed_elements(element);
      }
      if (OneIn(3)) rule->set_grace(static_cast<uint32_t>(Below(86401)));
      if (OneIn(3)) AddCondition(absl::StrCat("c", draft->conditions_size()), rule, draft);
    }
  }

  static gateway::v1::AgreementDisputeRoute Route(const std::string& kind,
                                                  const std::string& jurisdiction) {
    gateway::v1::AgreementDisputeRoute route;
    route.set_kind(kind);
    route.set_jurisdiction(jurisdiction);
    return route;
  }

  ListedAgreement Listed(const gateway::v1::Agreement& draft) {
    ListedAgreement listed{draft.id(), {}};
    for (const std::string& jurisdiction : kJurisdictions) {
      if (OneIn(6)) continue;
      listed.texts[jurisdiction] = TextOf(draft) + (OneIn(8) ? "# another text\n" : "");
    }
    return listed;
  }

  std::mt19937_64 random_;
};

// The verdict of the two checks that coverage foretells; nullopt when both hold.
std::optional<std::string> RuleVerdict(const Decision& decision) {
  for (const char* check : {"agreement", "pack"}) {
    const CheckVerdict verdict = VerdictOn(decision, check);
    if (verdict.verdict == audit::v1::VERDICT_FAILED) return verdict.reason;
  }
  return std::nullopt;
}

std::optional<std::string> TokenOfRefusal(const Coverage& coverage) {
  if (!coverage.refusal.has_value()) return std::nullopt;
  return std::string(TokenOf(*coverage.refusal));
}

std::map<std::string, gateway::v1::ElementOutcome> ByElement(
    const std::vector<gateway::v1::ElementReport>& reports) {
  std::map<std::string, gateway::v1::ElementOutcome> outcomes;
  for (const auto& report : reports) outcomes[report.element_id()] = report.outcome();
  return outcomes;
}

TEST(CoverageProperty, CoverageSaysWhatADecisionAtThatInstantSays) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("MRG_SEED=", seed));
  RandomFixtures random(seed);
  int covered = 0;
  std::set<std::string> refusals;
  for (int round = 0; round < 80; ++round) {
    const RecognitionSnapshot snapshot = random.Next().Build();
    for (int asked = 0; asked < 12; ++asked) {
      const SampleLicence& sample = Sample(kSamples.at(random.Of(kJurisdictions)));
      LicenceQuestion question = AskAbout(sample, random.Of(kJurisdictions));
      question.request.scenario = *ScenarioId::Parse(random.Of(kScenarios));
      question.now = Step(random.Below(kSteps)) - absl::Microseconds(random.Below(2));
      if (random.OneIn(2)) question.request.requested_elements = {random.Of(kElements)};
      const UseQuestion use{question.request.using_jurisdiction,
                            AsJurisdiction(sample.jurisdiction), sample.type_code,
                            question.request.scenario.value()};

      const Decision decision = Answer(snapshot, question);
      const Coverage coverage =
          FindCoverage(snapshot, use, question.request.requested_elements, question.now);

      ASSERT_EQ(TokenOfRefusal(coverage), RuleVerdict(decision));
      if (coverage.refusal.has_value()) {
        refusals.insert(*TokenOfRefusal(coverage));
        continue;
      }
      ++covered;
      ASSERT_EQ(decision.conditions.size(), coverage.selection.agreement->Conditions().size());
      // The samples hold every element of their kind, so what would be shown is what is shown.
      for (const auto& [id, outcome] : ByElement(decision.reports)) {
        const auto foretold = ByElement(coverage.elements);
        ASSERT_EQ(foretold.count(id), 1u) << id;
        if (outcome == gateway::v1::ELEMENT_OUTCOME_ABSENT) continue;
        ASSERT_EQ(foretold.at(id), outcome) << id;
      }
      ASSERT_EQ(ByElement(decision.reports).size(), ByElement(coverage.elements).size());
      // The same answer holds to the ends of the term, and another one just outside.
      for (const absl::Time edge : {coverage.term.from, coverage.term.until}) {
        if (edge == absl::InfinitePast() || edge == absl::InfiniteFuture()) continue;
        question.now = edge == coverage.term.from ? edge : edge - absl::Microseconds(1);
        const Decision inside = Answer(snapshot, question);
        ASSERT_EQ(RuleVerdict(inside), std::nullopt);
        ASSERT_EQ(inside.record.policy_digest(), decision.record.policy_digest());
        question.now = edge == coverage.term.from ? edge - absl::Microseconds(1) : edge;
        ASSERT_NE(Answer(snapshot, question).record.policy_digest(),
                  decision.record.policy_digest());
      }
    }
  }
  EXPECT_GT(covered, 100) << "too few questions were covered";
  EXPECT_GE(refusals.size(), 4u) << "too few ways not to be covered";
}

}  // namespace
}  // namespace mrg
