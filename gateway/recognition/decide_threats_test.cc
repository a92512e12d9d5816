// Attacks on recognition (R01-R06, R10, R11, R20), on trust lists as a decision sees them (T02) and
// on mapping packs (M03), each carried out against the whole decision.

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/proto_time.h"
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
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Duration kInstant = absl::Microseconds(1);

LicenceQuestion Question(const std::string& using_jurisdiction = "31") {
  return AskAbout(Sample("50-driving-licence"), using_jurisdiction);
}

void ExpectRefused(const Decision& decision, Reason reason) {
  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED) << TokenOf(reason);
  EXPECT_THAT(decision.reasons, ElementsAre(reason));
  EXPECT_EQ(decision.document, "");
}

void ExpectNoRule(const Decision& decision, Reason reason) {
  EXPECT_EQ(decision.outcome, OUTCOME_NO_RULE) << TokenOf(reason);
  EXPECT_THAT(decision.reasons, ElementsAre(reason));
  EXPECT_EQ(decision.document, "");
}

TEST(Threat, R01_ListedIssuerSignsATypeItIsNotListedFor) {
  SnapshotFixture fixture;
  fixture.Issuer("50").clear_type_codes();
  fixture.Issuer("50").add_type_codes(kIdentityCardType);

  const Decision decision = Answer(fixture.Build(), Question());

  ExpectRefused(decision, Reason::kIssuerNotForType);
  EXPECT_EQ(VerdictOn(decision, "signature"), kPassed);
  EXPECT_EQ(Answer(fixture.Build(), AskAbout(Sample("50-identity-card"), "31")).outcome,
            OUTCOME_RECOGNIZED);
}

TEST(Threat, R02_IssuerOfOneRegionPresentedAsOfAnother) {
  // Chongqing's licence, said to be Sichuan's.
  LicenceQuestion question = Question();
  question.request.issuing_jurisdiction = *JurisdictionId::Parse("51");

  const Decision decision = Answer(SnapshotFixture().Build(), question);

  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kIssuerNotListed, Reason::kIssuerMismatch));
}

TEST(Threat, R02_IssuerOfOneRegionWritesAnotherRegionsNamesIntoItsDocument) {
  // Sichuan's authority signs a document that says Chongqing issued it.
  LicenceQuestion question = Question();
  question.Sign(Sample("50-driving-licence").document, IssuerKey("51"));
  ExpectRefused(Answer(SnapshotFixture().Build(), question), Reason::kIssuerNotListed);

  question.request.issuing_jurisdiction = *JurisdictionId::Parse("51");
  ExpectRefused(Answer(SnapshotFixture().Build(), question), Reason::kIssuerMismatch);
}

TEST(Threat, R02_RegionListsAnotherRegionsKey) {
  // Sichuan lists Chongqing's key as its own: that makes no Chongqing licence a Sichuan one.
  SnapshotFixture fixture;
  gateway::v1::IssuerEntry stolen = fixture.Issuer("50");
  stolen.set_issuer_code(IssuerCodeOf("51"));
  stolen.add_area_prefixes("51");
  fixture.jurisdictions.at("51").issuers.push_back(stolen);
  LicenceQuestion question = Question();
  question.request.issuing_jurisdiction = *JurisdictionId::Parse("51");

  ExpectRefused(Answer(fixture.Build(), question), Reason::kIssuerMismatch);
}

TEST(Threat, R03_EncryptionKeySigns) {
  SnapshotFixture fixture;
  fixture.Issuer("50").set_key_use(gateway::v1::ISSUER_KEY_USE_ENCRYPTION);

  ExpectRefused(Answer(fixture.Build(), Question()), Reason::kIssuerKeyUse);
}

TEST(Threat, R04_KeyListedFromTomorrow) {
  SnapshotFixture fixture;
  *fixture.Issuer("50").mutable_listed_from() = ToTimestamp(FixtureNow() + absl::Hours(24));
  ExpectRefused(Answer(fixture.Build(), Question()), Reason::kIssuerNotYetListed);

  *fixture.Issuer("50").mutable_listed_from() = ToTimestamp(FixtureNow() + kInstant);
  ExpectRefused(Answer(fixture.Build(), Question()), Reason::kIssuerNotYetListed);
  *fixture.Issuer("50").mutable_listed_from() = ToTimestamp(FixtureNow());
  EXPECT_EQ(Answer(fixture.Build(), Question()).outcome, OUTCOME_RECOGNIZED);
}

TEST(Threat, R05_CompromisedKeyWithABackDatedSigningTime) {
  SnapshotFixture fixture;
  fixture.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_COMPROMISED,
                   TimeOf("2026-02-01T00:00:00+08:00"));
  LicenceQuestion question = Question();
  question.EditDocument("\"issuedDate\": \"2026年01月05日\"", "\"issuedDate\": \"2021年01月05日\"");

  ExpectRefused(Answer(fixture.Build(), question), Reason::kIssuerCompromised);
}

TEST(Threat, R06_RetiredKeyWithAnOldSignatureIsAcceptedWithACondition) {
  SnapshotFixture fixture;
  fixture.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED,
                   TimeOf("2026-02-01T00:00:00+08:00"));

  const Decision decision = Answer(fixture.Build(), Question());

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kSigningTimeClaimed));
}

TEST(Threat, R06_RetiredKeyWithALaterSignatureOrWithoutADateIsRefused) {
  SnapshotFixture fixture;
  fixture.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED,
                   TimeOf("2026-01-04T00:00:00+08:00"));
  ExpectRefused(Answer(fixture.Build(), Question()), Reason::kIssuerRetired);

  LicenceQuestion undated = Question();
  undated.EditDocument("\"issuedDate\": \"2026年01月05日\", ", "");
  EXPECT_THAT(Answer(fixture.Build(), undated).reasons,
              ElementsAre(Reason::kIssuerRetired, Reason::kElementMissing));
}

TEST(Threat, R10_AgreementRepealedASecondAgo) {
  for (const char* side : {"31", "50"}) {
    SnapshotFixture fixture;
    fixture.Repeal(side, "cross-region-sample", FixtureNow() - absl::Seconds(1));
    ExpectNoRule(Answer(fixture.Build(), Question()), Reason::kAgreementNotInForce);
  }
}

TEST(Threat, R10_RepealHoldsFromItsInstantOnForThePartyAlone) {
  SnapshotFixture fixture;
  fixture.Repeal("31", "cross-region-sample", FixtureNow());
  const RecognitionSnapshot snapshot = fixture.Build();
  LicenceQuestion question = Question();
  ExpectNoRule(Answer(snapshot, question), Reason::kAgreementNotInForce);

  question.now -= kInstant;
  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(Answer(snapshot, Question("33")).outcome, OUTCOME_RECOGNIZED);
}

TEST(Threat, R10_AgreementEnactedInASecond) {
  const int64_t enacted = absl::ToUnixSeconds(FixtureNow()) + 1;
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample", "from { seconds: 1735660800 }",
                        absl::StrCat("from { seconds: ", enacted, " }"));
  const RecognitionSnapshot snapshot = fixture.Build();
  LicenceQuestion question = Question();
  ExpectNoRule(Answer(snapshot, question), Reason::kAgreementNotInForce);

  question.now = absl::FromUnixSeconds(enacted) - kInstant;
  ExpectNoRule(Answer(snapshot, question), Reason::kAgreementNotInForce);
  question.now += kInstant;
  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_RECOGNIZED);
}

TEST(Threat, R10_AgreementEndsBeforeItsLastInstant) {
  const int64_t end = absl::ToUnixSeconds(FixtureNow());
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample", "from { seconds: 1735660800 }",
                        absl::StrCat("from { seconds: 1735660800 } until { seconds: ", end, " }"));
  const RecognitionSnapshot snapshot = fixture.Build();
  LicenceQuestion question = Question();
  ExpectNoRule(Answer(snapshot, question), Reason::kAgreementNotInForce);

  question.now -= kInstant;
  EXPECT_EQ(Answer(snapshot, question).outcome, OUTCOME_RECOGNIZED);
}

TEST(Threat, R10_WrongDirection) {
  // Sichuan and Chongqing give, but no longer receive.
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample",
                        "  to_jurisdictions: \"50\"\n  to_jurisdictions: \"51\"\n",
                        "  to_jurisdictions: \"31\"\n");
  fixture.EditAgreement("cross-region-sample",
                        "  from_jurisdictions: \"31\"\n  from_jurisdictions: \"32\"\n"
                        "  from_jurisdictions: \"33\"\n  from_jurisdictions: \"34\"\n",
                        "  from_jurisdictions: \"32\"\n");
  const RecognitionSnapshot snapshot = fixture.Build();

  EXPECT_EQ(Answer(snapshot, Question()).outcome, OUTCOME_RECOGNIZED);
  ExpectNoRule(Answer(snapshot, AskAbout(Sample("32-driving-licence"), "50")),
               Reason::kTypeNotCovered);
}

TEST(Threat, R10_WrongScenario) {
  LicenceQuestion business = AskAbout(Sample("51-business-licence"), "31");
  business.request.scenario = *ScenarioId::Parse("traffic-check");

  ExpectNoRule(Answer(SnapshotFixture().Build(), business), Reason::kScenarioNotCovered);
}

TEST(Threat, R10_ElementThatTheScenarioDoesNotReleaseIsWithheldAndReported) {
  LicenceQuestion question = Question();
  question.request.scenario = *ScenarioId::Parse("traffic-check");
  question.request.requested_elements = {"face.driver.address", "face.driver.vehicleClasses"};

  const Decision decision = Answer(SnapshotFixture().Build(), question);

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_THAT(decision.document, HasSubstr("C1C6"));
  EXPECT_THAT(decision.document, Not(HasSubstr("样例区样例路4号")));
  ASSERT_FALSE(decision.reports.empty());
  EXPECT_EQ(decision.reports[0].element_id(), "face.driver.address");
  EXPECT_EQ(decision.reports[0].outcome(), gateway::v1::ELEMENT_OUTCOME_WITHHELD);
  EXPECT_EQ(decision.reports[0].reason(), TokenOf(Reason::kElementNotAllowed));
}

TEST(Threat, R10_NothingAllowedIsNothingGivenAndNothingCommitted) {
  LicenceQuestion question = Question();
  question.request.scenario = *ScenarioId::Parse("traffic-check");
  question.request.requested_elements = {"face.driver.address"};

  const Decision decision = Answer(SnapshotFixture().Build(), question);

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(decision.record.elements_commitment(), "");
  for (const char* content : {"50010319000101001X", "样例丁", "样例区样例路4号", "C1C6"}) {
    EXPECT_THAT(decision.document, Not(HasSubstr(content)));
  }
}

TEST(Threat, R11_OtherEncodingsOfOneLicenceAreTheSameLicence) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
  const RecognitionSnapshot snapshot = fixture.Build();
  const std::string number = "\"certificateNumber\": \"50010319000101001X\"";
  for (const char* other : {"\"certificateNumber\": \"５００１０３１９０００１０１００１Ｘ\"",
                            "\"certificateNumber\": \"50010319000101001x\"",
                            "\"certificateNumber\": \" 500103 19000101 001X\\u3000\"",
                            "\"certificateNumber\": \"\\u0035\\u0030010319000101001X\"",
                            "\"certificateNumber\" :\n\t\"50010319000101001X\"",
                            "\"\\u0063ertificateNumber\": \"50010319000101001X\""}) {
    LicenceQuestion question = Question();
    question.EditDocument(number, other);

    ExpectRefused(Answer(snapshot, question), Reason::kLicenceRevoked);
  }
}

TEST(Threat, R11_LicenceInTheOtherStandardIsTheSameLicence) {
  // Jiangsu offers both standards; its licence is revoked by the number alone.
  SnapshotFixture fixture;
  fixture.Type("32", kDrivingLicenceType).add_standards("cq-sample");
  fixture.jurisdictions.at("32").statuses = {StatusOf(
      Sample("32-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
  LicenceQuestion question = AskAbout(Sample("32-driving-licence"), "50");
  question.request.document_standard = *StandardId::Parse("cq-sample");
  question.Sign(absl::StrReplaceAll(
      Sample("50-driving-licence").document,
      {{"50010319000101001X", "320101190001010013"},
       {"1.2.156.3005.2.11100000XX0000019L003.11500000YY000001XT.2026000102.001.4",
        "1.2.156.3005.2.11100000XX0000019L003.11320000YY000001XM.2026000102.001.4"},
       {"\"code\": \"11500000YY000001XT\"", "\"code\": \"11320000YY000001XM\""},
       {"\"areaCode\": \"500103\"", "\"areaCode\": \"320100\""}}));

  EXPECT_THAT(Answer(fixture.Build(), question).reasons, Contains(Reason::kLicenceRevoked));
}

TEST(Threat, R20_DocumentOfOneTypePresentedAsAnotherByAnIssuerListedForBoth) {
  LicenceQuestion question = AskAbout(Sample("50-identity-card"), "31");
  question.request.type_code = *LicenceTypeCode::Parse(kDrivingLicenceType);
  const Decision decision = Answer(SnapshotFixture().Build(), question);
  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_EQ(VerdictOn(decision, "binding"), Failed(Reason::kTypeMismatch));

  // In the standard that carries no code, the name tells.
  LicenceQuestion by_name = AskAbout(Sample("32-driving-licence"), "50");
  by_name.EditDocument("机动车驾驶证", "居民身份证");
  EXPECT_EQ(VerdictOn(Answer(SnapshotFixture().Build(), by_name), "binding"),
            Failed(Reason::kTypeMismatch));
}

TEST(Threat, R20_RequestValuesMustEqualTheSignedOnes) {
  LicenceQuestion code = Question();
  code.EditDocument("\"certificateTypeCode\": \"11100000XX0000019L003\"",
                    "\"certificateTypeCode\": \"11100000XX0000027F001\"");
  ExpectRefused(Answer(SnapshotFixture().Build(), code), Reason::kTypeMismatch);

  // An authority of another province, and another one of the same.
  for (const char* other :
       {"\"code\": \"11510000YY000001XY\"", "\"code\": \"11500000YY0000028T\""}) {
    LicenceQuestion issuer = Question();
    issuer.EditDocument("\"code\": \"11500000YY000001XT\"", other);
    ExpectRefused(Answer(SnapshotFixture().Build(), issuer), Reason::kIssuerMismatch);
  }
}

TEST(Threat, R20_CopyOutsideItsPurpose) {
  LicenceQuestion question = Question();
  question.EditDocument("\"ljjf\": 3}", R"("ljjf": 3}, "copy": {"cause": "政务服务"})");
  EXPECT_EQ(Answer(SnapshotFixture().Build(), question).outcome, OUTCOME_RECOGNIZED);

  question.request.scenario = *ScenarioId::Parse("traffic-check");
  ExpectRefused(Answer(SnapshotFixture().Build(), question), Reason::kCopyOutOfScope);
}

TEST(Threat, R20_AnotherHolderThanExpected) {
  LicenceQuestion question = Question();
  question.request.expected_holder_name = "样例丁";
  question.request.expected_holder_code = "31010119000101002X";

  ExpectRefused(Answer(SnapshotFixture().Build(), question), Reason::kHolderMismatch);
}

TEST(Threat, T02_ListsThatAreServedPastTheirExpiryAreStaleAndNeverASilentYes) {
  for (const char* member : {kDeltaMember, kSichuanMember}) {
    for (const char* role : {"timestamp", "snapshot", "targets", "status", "root"}) {
      SnapshotFixture fixture;
      fixture.Role(member, role).expires = FixtureNow();

      const Decision decision = Answer(fixture.Build(), Question());

      EXPECT_EQ(decision.outcome, OUTCOME_STALE_TRUST) << member << role;
      EXPECT_THAT(decision.reasons, ElementsAre(Reason::kTrustExpired)) << member << role;
      EXPECT_EQ(decision.document, "") << member << role;
    }
  }
}

TEST(Threat, M03_OnlyThePackWhoseDigestTheAgreementNamesReadsTheDocument) {
  // A second pack for the same type and standard is in force too, but no agreement names it.
  SnapshotFixture fixture;
  std::string named;
  for (const std::string& pack : fixture.packs) {
    if (absl::StrContains(pack, "standard: \"cq-sample\"") &&
        absl::StrContains(pack, "type_code: \"11100000XX0000019L003\"")) {
      named = pack;
    }
  }
  ASSERT_NE(named, "");
  fixture.packs.push_back(absl::StrReplaceAll(named, {{"version: \"1\"", "version: \"2\""}}));
  const Decision with_both = Answer(fixture.Build(), Question());
  EXPECT_EQ(with_both.outcome, OUTCOME_RECOGNIZED);
  std::vector<std::string> used;
  for (const auto& target : with_both.record.targets_used()) used.push_back(target.path());
  EXPECT_THAT(used, Contains("50/packs/11100000XX0000019L003/cq-sample/1"));
  EXPECT_THAT(used, Not(Contains("50/packs/11100000XX0000019L003/cq-sample/2")));

  // The named one is gone: the other does not stand in for it.
  std::erase(fixture.packs, named);
  ExpectNoRule(Answer(fixture.Build(), Question()), Reason::kNoPack);
}

}  // namespace
}  // namespace mrg
