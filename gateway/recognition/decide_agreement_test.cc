// What an agreement adds to a decision beside yes and no: conditions and grace.

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NO_RULE;
using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
using audit::v1::OUTCOME_STALE_TRUST;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Duration kInstant = absl::Microseconds(1);
constexpr char kAgreement[] = "cross-region-sample";

LicenceQuestion Question() { return AskAbout(Sample("50-driving-licence"), "31"); }

// The rules for government service with further lines.
SnapshotFixture WithRuleLines(const std::string& lines) {
  SnapshotFixture fixture;
  fixture.EditAgreement(kAgreement, "  scenario: \"government-service\"\n",
                        absl::StrCat("  scenario: \"government-service\"\n", lines));
  return fixture;
}

SnapshotFixture WithConditions() {
  SnapshotFixture fixture = WithRuleLines("conditions: \"paper\" conditions: \"reply\"\n");
  fixture.EditAgreement(
      kAgreement, "revision: 1\n",
      "revision: 1\n"
      "conditions { id: \"reply\" zh: \"须反馈用证结果\" en: \"The use is reported back\" }\n"
      "conditions { id: \"paper\" zh: \"可要求出示原件\" en: \"The original may be asked for\" "
      "}\n");
  return fixture;
}

TEST(DecideAgreement, ConditionsOfTheRuleMakeTheAnswerConditionalAndAreNamed) {
  const Decision decision = Answer(WithConditions().Build(), Question());

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kAgreementCondition));
  EXPECT_EQ(VerdictOn(decision, "agreement"), Conditional(Reason::kAgreementCondition));
  EXPECT_THAT(decision.record.agreement_conditions(), ElementsAre("paper", "reply"));
  ASSERT_EQ(decision.conditions.size(), 2u);
  EXPECT_EQ(decision.conditions[0].zh(), "可要求出示原件");
  EXPECT_EQ(decision.conditions[1].en(), "The use is reported back");
  EXPECT_NE(decision.document, "") << "what is recognised is given";
}

TEST(DecideAgreement, ConditionsOfOneScenarioAreNotThoseOfAnother) {
  LicenceQuestion question = Question();
  question.request.scenario = *ScenarioId::Parse("traffic-check");

  const Decision decision = Answer(WithConditions().Build(), question);

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_THAT(decision.record.agreement_conditions(), IsEmpty());
  EXPECT_THAT(decision.conditions, IsEmpty());
}

TEST(DecideAgreement, RefusedLicenceHasTheConditionInItsRecordAndNotInItsAnswer) {
  LicenceQuestion question = Question();
  question.request.expected_holder_name = "another";

  const Decision decision = Answer(WithConditions().Build(), question);

  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kHolderMismatch));
  EXPECT_EQ(VerdictOn(decision, "agreement"), Conditional(Reason::kAgreementCondition));
  EXPECT_THAT(decision.conditions, IsEmpty());
}

TEST(DecideAgreement, RuleWithoutConditionsLeavesTheRecordAsItWas) {
  const Decision decision = Answer(SnapshotFixture().Build(), Question());

  EXPECT_EQ(VerdictOn(decision, "agreement"), kPassed);
  EXPECT_THAT(decision.record.agreement_conditions(), IsEmpty());
}

// The lists of either side ran out at `expires`; the agreement grants an hour.
Decision AfterExpiry(const char* member, const char* role, absl::Time expires) {
  SnapshotFixture fixture = WithRuleLines("grace: 3600\n");
  fixture.Role(member, role).expires = expires;
  return Answer(fixture.Build(), Question());
}

TEST(DecideAgreement, WithinTheGraceTheDecisionGoesOnAndTheRecordSaysSo) {
  for (const char* member : {kDeltaMember, kSichuanMember}) {
    for (const char* role : {"timestamp", "snapshot", "targets", "status"}) {
      for (const absl::Duration since : {absl::ZeroDuration(), absl::Hours(1) - kInstant}) {
        const Decision decision = AfterExpiry(member, role, FixtureNow() - since);

        EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS) << member << role << since;
        EXPECT_THAT(decision.reasons, ElementsAre(Reason::kTrustInGrace));
        EXPECT_EQ(VerdictOn(decision, "freshness"), Conditional(Reason::kTrustInGrace));
      }
    }
  }
}

TEST(DecideAgreement, BeforeTheExpiryThereIsNoConditionAndAfterTheGraceNoDecision) {
  EXPECT_EQ(AfterExpiry(kSichuanMember, "timestamp", FixtureNow() + kInstant).outcome,
            OUTCOME_RECOGNIZED);
  const Decision late = AfterExpiry(kSichuanMember, "timestamp", FixtureNow() - absl::Hours(1));
  EXPECT_EQ(late.outcome, OUTCOME_STALE_TRUST);
  EXPECT_THAT(late.reasons, ElementsAre(Reason::kTrustExpired));
}

TEST(DecideAgreement, WithoutGraceAnExpiredListIsStaleAtOnce) {
  SnapshotFixture fixture;
  fixture.Role(kSichuanMember, "timestamp").expires = FixtureNow();

  EXPECT_EQ(Answer(fixture.Build(), Question()).outcome, OUTCOME_STALE_TRUST);
}

TEST(DecideAgreement, GraceOfAnAgreementThatIsOverCountsNoMore) {
  SnapshotFixture fixture = WithRuleLines("grace: 86400\n");
  fixture.Role(kSichuanMember, "timestamp").expires = FixtureNow() - absl::Hours(1);
  fixture.Repeal("50", kAgreement, FixtureNow());
  const RecognitionSnapshot snapshot = fixture.Build();
  LicenceQuestion question = Question();

  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_STALE_TRUST);
  question.now -= kInstant;
  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
}

TEST(DecideAgreement, GraceHelpsNeitherMissingListsNorTheHub) {
  SnapshotFixture missing = WithRuleLines("grace: 86400\n");
  missing.roles.erase(kSichuanMember);
  EXPECT_THAT(Answer(missing.Build(), Question()).reasons, ElementsAre(Reason::kTrustMissing));

  SnapshotFixture hub = WithRuleLines("grace: 86400\n");
  hub.Role(kHubMember, "timestamp").expires = FixtureNow() - absl::Hours(7 * 24);
  EXPECT_THAT(Answer(hub.Build(), Question()).reasons, ElementsAre(Reason::kTrustExpired));
}

TEST(DecideAgreement, GraceOfOneRuleIsNotThatOfAnother) {
  SnapshotFixture fixture = WithRuleLines("grace: 3600\n");
  fixture.Role(kSichuanMember, "timestamp").expires = FixtureNow();
  LicenceQuestion question = Question();
  question.request.scenario = *ScenarioId::Parse("traffic-check");

  EXPECT_EQ(Answer(fixture.Build(), question).outcome, OUTCOME_STALE_TRUST);
}

TEST(DecideAgreement, GraceAndConditionsStandTogetherInCheckOrder) {
  SnapshotFixture fixture = WithConditions();
  fixture.EditAgreement(kAgreement, "conditions: \"reply\"\n", "conditions: \"reply\" grace: 60\n");
  fixture.Role(kDeltaMember, "timestamp").expires = FixtureNow();

  const Decision decision = Answer(fixture.Build(), Question());

  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kTrustInGrace, Reason::kAgreementCondition));
}

TEST(DecideAgreement, RepealedAgreementIsNotInForceBetweenTwoThatShareAnother) {
  // 50 and 51 are also parties of cross-region-sample, which says nothing of their own licences.
  SnapshotFixture fixture;
  fixture.Repeal("51", "chuanyu-2022", FixtureNow());
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "51");
  const RecognitionSnapshot snapshot = fixture.Build();

  const Decision decision = Answer(snapshot, question);

  EXPECT_EQ(decision.outcome, OUTCOME_NO_RULE);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kAgreementNotInForce));
  question.now -= kInstant;
  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_RECOGNIZED);
}

}  // namespace
}  // namespace mrg
