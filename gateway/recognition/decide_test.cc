// Recognised licences, the conditions, and why no rule applies or trust is stale. Refusals are in
// decide_refusals_test.cc, the precedence among all of them in decide_precedence_test.cc.

#include "gateway/recognition/decide.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "gateway/crypto/digest.h"
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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Duration kInstant = absl::Microseconds(1);

// A Chongqing driving licence, asked about in Shanghai.
class DecideTest : public ::testing::Test {
 protected:
  Decision Decided() const { return Answer(fixture_.Build(), question_); }

  // Expects the outcome with exactly this reason, and nothing of the licence in the answer.
  void ExpectNo(audit::v1::Outcome outcome, Reason reason, const char* check) const {
    const Decision decision = Decided();
    EXPECT_EQ(decision.outcome, outcome) << TokenOf(reason);
    EXPECT_THAT(decision.reasons, ElementsAre(reason)) << TokenOf(reason);
    EXPECT_EQ(VerdictOn(decision, check), Failed(reason));
    EXPECT_EQ(decision.record.outcome(), outcome);
    EXPECT_EQ(decision.document, "");
    EXPECT_EQ(decision.target_standard, "");
    EXPECT_THAT(decision.reports, IsEmpty());
    EXPECT_EQ(decision.record.elements_commitment(), "");
    EXPECT_EQ(VerdictOn(decision, "translation"), kNotEvaluated);
  }

  SnapshotFixture fixture_;
  LicenceQuestion question_ = AskAbout(Sample("50-driving-licence"), "31");
};

TEST_F(DecideTest, EverySampleIsRecognisedEverywhereUnderBothSchemes) {
  const RecognitionSnapshot snapshot = fixture_.Build();
  for (const char* name : {"31-identity-card", "32-driving-licence", "32-business-licence",
                           "50-identity-card", "50-driving-licence", "51-business-licence"}) {
    for (const char* using_jurisdiction : {"31", "32", "33", "34", "50", "51"}) {
      for (const Scheme scheme : {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256}) {
        const Decision decision =
            Answer(snapshot, AskAbout(Sample(name), using_jurisdiction, scheme));

        EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED) << name << " in " << using_jurisdiction;
        EXPECT_THAT(decision.reasons, IsEmpty());
        EXPECT_EQ(decision.target_standard, StandardOf(using_jurisdiction));
        EXPECT_THAT(decision.document, HasSubstr(Sample(name).number));
      }
    }
  }
}

TEST_F(DecideTest, ChecksAreRecordedInTheOrderInWhichTheyAreMade) {
  const Decision decision = Decided();

  std::vector<std::string> checks;
  for (const auto& check : decision.record.checks()) checks.push_back(check.check());

  EXPECT_THAT(checks, ElementsAre("signature", "freshness", "agreement", "issuer", "pack",
                                  "document", "binding", "issuer_state", "validity", "catalogue",
                                  "holder", "copy", "status", "dispute_mark", "translation"));
}

TEST_F(DecideTest, WhatIsNotAskedForIsNotEvaluatedAndAllElseHolds) {
  const Decision decision = Decided();

  for (const auto& check : decision.record.checks()) {
    const bool optional = check.check() == "holder" || check.check() == "copy";
    EXPECT_EQ(VerdictOn(decision, check.check()), optional ? kNotEvaluated : kPassed)
        << check.check();
  }
}

TEST_F(DecideTest, AnswerIsInTheUsingSidesStandardAndReportsItsLosses) {
  const Decision decision = Decided();

  EXPECT_EQ(decision.target_standard, "delta-reply");
  EXPECT_THAT(decision.document, HasSubstr(R"("id_code":"50010319000101001X")"));
  EXPECT_THAT(decision.document, HasSubstr(R"("expiry_date":"2036-01-05 00:00:00")"));
  std::map<std::string, std::string> reasons;
  for (const auto& report : decision.reports) reasons[report.element_id()] = report.reason();
  EXPECT_EQ(reasons.at("certificateNumber"), "");
  EXPECT_EQ(reasons.at("certificateIdentifier"), TokenOf(Reason::kElementNotInStandard));
  EXPECT_EQ(reasons.at("certificateCopyCause"), TokenOf(Reason::kElementNotInDocument));
}

TEST_F(DecideTest, ValueThatLosesMeaningInTranslationIsReported) {
  // A pack whose text for code 9 says more than the code.
  for (std::string& pack : fixture_.packs) {
    if (!absl::StrContains(pack, kDrivingLicenceType)) continue;
    const std::string digest = absl::BytesToHexString(Sha256(pack));
    absl::StrReplaceAll({{"code: \"9\" accuracy: PAIR_ACCURACY_EXACT",
                          "code: \"9\" accuracy: PAIR_ACCURACY_BROADER"}},
                        &pack);
    fixture_.EditAgreement("cross-region-sample", digest, absl::BytesToHexString(Sha256(pack)));
  }
  question_.EditDocument("\"xb\": \"1\"", "\"xb\": \"9\"");

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  std::map<std::string, std::string> reasons;
  for (const auto& report : decision.reports) reasons[report.element_id()] = report.reason();
  EXPECT_EQ(reasons.at("face.driver.sex"), TokenOf(Reason::kValueNarrowed));
}

TEST_F(DecideTest, NoMoreThanRequestedIsGiven) {
  question_.request.requested_elements = {"face.driver.vehicleClasses"};

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_THAT(decision.document, HasSubstr("C1C6"));
  EXPECT_THAT(decision.document, Not(HasSubstr("50010319000101001X")));
  EXPECT_THAT(decision.document, Not(HasSubstr("样例丁")));
}

TEST_F(DecideTest, TargetStandardMayBeNamed) {
  fixture_.Type("31", kDrivingLicenceType).add_standards("cq-sample");
  question_.request.target_standard = *StandardId::Parse("cq-sample");

  const Decision decision = Decided();

  EXPECT_EQ(decision.target_standard, "cq-sample");
  EXPECT_THAT(decision.document, HasSubstr(R"("certificateNumber":"50010319000101001X")"));
}

TEST_F(DecideTest, DisputedLicenceIsRecognisedWithThatCondition) {
  fixture_.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE, question_.now)};

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kUnderDispute));
  EXPECT_EQ(VerdictOn(decision, "dispute_mark"), Conditional(Reason::kUnderDispute));
  EXPECT_EQ(VerdictOn(decision, "status"), kPassed);
  EXPECT_NE(decision.document, "");
  question_.now -= kInstant;
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);
}

TEST_F(DecideTest, ConditionsAreReportedTogetherInCheckOrder) {
  fixture_.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE, question_.now)};
  fixture_.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED, question_.now);

  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kSigningTimeClaimed, Reason::kUnderDispute));
}

TEST_F(DecideTest, UnknownJurisdictionTypeAndScenarioEachHaveTheirReason) {
  LicenceQuestion jurisdiction = question_;
  jurisdiction.request.issuing_jurisdiction = *JurisdictionId::Parse("65");
  EXPECT_THAT(Answer(fixture_.Build(), jurisdiction).reasons,
              ElementsAre(Reason::kJurisdictionUnknown));
  EXPECT_EQ(Answer(fixture_.Build(), jurisdiction).outcome, OUTCOME_NO_RULE);

  LicenceQuestion type = question_;
  type.request.type_code = *LicenceTypeCode::Parse("11100000XX0000019L999");
  const Decision decision = Answer(fixture_.Build(), type);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kTypeUnknown));
  EXPECT_EQ(decision.outcome, OUTCOME_NO_RULE);

  question_.request.scenario = *ScenarioId::Parse("space-travel");
  ExpectNo(OUTCOME_NO_RULE, Reason::kScenarioUnknown, "agreement");
}

TEST_F(DecideTest, UnknownStandardIsNoRuleAtThePack) {
  question_.request.document_standard = *StandardId::Parse("papyrus");
  ExpectNo(OUTCOME_NO_RULE, Reason::kStandardUnknown, "pack");
}

TEST_F(DecideTest, OfferedStandardThatTheAgreementNamesNoPackForIsNoPack) {
  fixture_.Type("50", kDrivingLicenceType).add_standards("papyrus");
  question_.request.document_standard = *StandardId::Parse("papyrus");
  ExpectNo(OUTCOME_NO_RULE, Reason::kNoPack, "pack");
}

TEST_F(DecideTest, WithoutAPackTheContentIsNotEvaluated) {
  question_.request.document_standard = *StandardId::Parse("papyrus");
  const Decision decision = Decided();

  for (const char* check : {"document", "binding", "issuer_state", "validity", "catalogue",
                            "holder", "copy", "status", "dispute_mark", "translation"}) {
    EXPECT_EQ(VerdictOn(decision, check), kNotEvaluated) << check;
  }
  EXPECT_EQ(VerdictOn(decision, "signature"), kPassed);
  EXPECT_EQ(VerdictOn(decision, "issuer"), kPassed);
}

TEST_F(DecideTest, PartiesWithDifferentTextsHaveNoAgreement) {
  for (ListedAgreement& listed : fixture_.agreements) {
    if (listed.id == "cross-region-sample") listed.texts.at("50") += "# another text\n";
  }
  ExpectNo(OUTCOME_NO_RULE, Reason::kAgreementMismatch, "agreement");
}

TEST_F(DecideTest, AgreementThatOneSideListsIsNotInForce) {
  for (ListedAgreement& listed : fixture_.agreements) listed.texts.erase("50");
  ExpectNo(OUTCOME_NO_RULE, Reason::kAgreementNotInForce, "agreement");
}

TEST_F(DecideTest, TypeOutsideTheAgreementIsNotCovered) {
  fixture_.EditAgreement("cross-region-sample", "rules {\n  type_code: \"11100000XX0000019L003\"",
                         "rules {\n  type_code: \"11100000XX0000019L077\"");
  ExpectNo(OUTCOME_NO_RULE, Reason::kTypeNotCovered, "agreement");
}

TEST_F(DecideTest, ExpiredListIsStaleFromItsExpiryOn) {
  fixture_.Role(kSichuanMember, "timestamp").expires = question_.now + kInstant;
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);

  question_.now += kInstant;
  ExpectNo(OUTCOME_STALE_TRUST, Reason::kTrustExpired, "freshness");
}

TEST_F(DecideTest, HubExpiredForLessThanSevenDaysDoesNotMatter) {
  fixture_.Role(kHubMember, "timestamp").expires = question_.now - absl::Hours(7 * 24) + kInstant;
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);

  question_.now += kInstant;
  ExpectNo(OUTCOME_STALE_TRUST, Reason::kTrustExpired, "freshness");
}

TEST_F(DecideTest, KnownJurisdictionWithoutListsIsStaleAndNothingElseIsClaimed) {
  for (const char* missing : {"50", "31"}) {
    SnapshotFixture fixture;
    fixture.jurisdictions.at(missing).in_force = false;

    const Decision decision = Answer(fixture.Build(), question_);

    EXPECT_EQ(decision.outcome, OUTCOME_STALE_TRUST) << missing;
    EXPECT_THAT(decision.reasons, ElementsAre(Reason::kTrustMissing)) << missing;
    EXPECT_EQ(VerdictOn(decision, "pack"), kNotEvaluated) << missing;
    EXPECT_EQ(VerdictOn(decision, "document"), kNotEvaluated) << missing;
  }
}

TEST_F(DecideTest, StatusThatCannotBeLookedUpIsStale) {
  question_.epoch_keys.clear();
  ExpectNo(OUTCOME_STALE_TRUST, Reason::kStatusUnavailable, "status");
  EXPECT_EQ(VerdictOn(Decided(), "dispute_mark"), kNotEvaluated);
  EXPECT_EQ(Decided().record.epoch(), 0u);
}

TEST_F(DecideTest, NothingInForceIsNoRule) {
  RecognitionSnapshot::Parts nothing;
  nothing.dictionary = std::make_shared<const Dictionary>();
  const RecognitionSnapshot snapshot(std::move(nothing));

  const Decision decision = Answer(snapshot, question_);

  EXPECT_EQ(decision.outcome, OUTCOME_NO_RULE);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kJurisdictionUnknown));
  EXPECT_EQ(decision.record.targets_used_size(), 0);
  EXPECT_EQ(decision.record.rests_on_size(), 0);
}

TEST_F(DecideTest, BadSignatureIsReportedEvenWhereNoRuleApplies) {
  question_.request.issuing_jurisdiction = *JurisdictionId::Parse("65");
  question_.detached().set_document(question_.detached().document() + " ");
  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kSignatureInvalid));
  EXPECT_EQ(VerdictOn(decision, "agreement"), Failed(Reason::kJurisdictionUnknown));
  EXPECT_EQ(VerdictOn(decision, "issuer"), kNotEvaluated);
}

}  // namespace
}  // namespace mrg
