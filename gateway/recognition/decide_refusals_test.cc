// Every refusal of a licence for which a rule applies, with its reason, its check and the instant
// at which it begins and ends.

#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/decide.h"
#include "gateway/recognition/refused_elements.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

const absl::Duration kInstant = absl::Microseconds(1);

// A Chongqing driving licence, asked about in Shanghai.
class DecideRefusalsTest : public ::testing::Test {
 protected:
  Decision Decided() const { return Answer(fixture_.Build(), question_); }

  void ExpectRefused(Reason reason, const char* check) const {
    const Decision decision = Decided();
    EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED) << TokenOf(reason);
    EXPECT_THAT(decision.reasons, ElementsAre(reason)) << TokenOf(reason);
    EXPECT_EQ(VerdictOn(decision, check), Failed(reason));
    EXPECT_EQ(decision.document, "");
    EXPECT_THAT(decision.reports, IsEmpty());
  }

  // The same, over these elements of the document.
  void ExpectRefusedOver(Reason reason, const char* check,
                         const std::vector<std::string>& element_ids) const {
    ExpectRefused(reason, check);
    EXPECT_THAT(Decided().refused_elements, ElementsAre(Pair(reason, element_ids)))
        << TokenOf(reason);
  }

  void ExpectRecognised() const { EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED); }

  // Puts a copy's elements into the document.
  void MakeCopy(const std::string& copy) {
    std::string document = Sample("50-driving-licence").document;
    document.pop_back();
    question_.Sign(absl::StrCat(document, R"(, "copy": {)", copy, "}}"));
  }

  gateway::v1::IssuerEntry& Entry() { return fixture_.Issuer("50"); }

  SnapshotFixture fixture_;
  LicenceQuestion question_ = AskAbout(Sample("50-driving-licence"), "31");
};

TEST_F(DecideRefusalsTest, DocumentOfAnotherKeyThanTheSignersIsInvalid) {
  question_.detached().set_public_key(IssuerKey("51").public_key().spki_der());
  const Decision decision = Decided();
  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kSignatureInvalid));
  EXPECT_EQ(VerdictOn(decision, "issuer"), Failed(Reason::kIssuerNotListed));
}

TEST_F(DecideRefusalsTest, KeyThatNobodyListsIsNotListed) {
  const auto stranger = *NewEvpSigner(Scheme::kSm2Sm3, *GeneratePrivateKeyPem(Scheme::kSm2Sm3));
  question_.Sign(Sample("50-driving-licence").document, *stranger);
  ExpectRefused(Reason::kIssuerNotListed, "issuer");
  EXPECT_EQ(Decided().record.issuer_entry_sha256(), "");
}

TEST_F(DecideRefusalsTest, SuspendedIssuerIsRefusedInItsIntervalOnly) {
  const absl::Time from = question_.now;
  const absl::Time until = from + absl::Hours(1);
  fixture_.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_SUSPENDED, from, until);

  ExpectRefused(Reason::kIssuerSuspended, "issuer");
  question_.now = until - kInstant;
  ExpectRefused(Reason::kIssuerSuspended, "issuer");
  question_.now = until;
  fixture_.Role(kSichuanMember, "timestamp").expires = until + absl::Hours(1);
  fixture_.Role(kDeltaMember, "timestamp").expires = until + absl::Hours(1);
  ExpectRecognised();
  question_.now = from - kInstant;
  ExpectRecognised();
}

TEST_F(DecideRefusalsTest, IssuerIsForItsAreasOnly) {
  Entry().clear_area_prefixes();
  Entry().add_area_prefixes("500104");
  ExpectRefusedOver(Reason::kIssuerNotForArea, "binding", {"certificateAreaCode"});
  Entry().add_area_prefixes("500103");
  ExpectRecognised();
}

TEST_F(DecideRefusalsTest, DocumentWithoutDivisionNeedsAnIssuerForTheWholeProvince) {
  question_ = AskAbout(Sample("32-business-licence"), "31");
  ExpectRecognised();
  fixture_.Issuer("32").clear_area_prefixes();
  fixture_.Issuer("32").add_area_prefixes("3201");
  ExpectRefused(Reason::kIssuerNotForArea, "binding");
}

TEST_F(DecideRefusalsTest, IssuerInTheDocumentMustBeTheOneThatListsTheKey) {
  Entry().set_issuer_code("11500000XX0000019A");
  ExpectRefusedOver(Reason::kIssuerMismatch, "binding", {"certificateIssuingAuthorityCode"});
}

TEST_F(DecideRefusalsTest, AreaAndIssuerOfTwoProvincesContradictEachOther) {
  question_.EditDocument("\"areaCode\": \"500103\"", "\"areaCode\": \"510104\"");
  ExpectRefused(Reason::kIssuerMismatch, "binding");
}

TEST_F(DecideRefusalsTest, KeyThatTwoIssuersListIsTakenAsTheOneTheDocumentNames) {
  gateway::v1::IssuerEntry other = Entry();
  other.set_issuer_code("11000000XX0000019A");
  other.clear_type_codes();
  fixture_.jurisdictions.at("50").issuers.push_back(other);
  ExpectRecognised();
}

TEST_F(DecideRefusalsTest, RetiredKeyIsGoodForWhatItSignedBeforeItsRetirement) {
  const absl::Time issue_day = TimeOf("2026-01-05T00:00:00+08:00");
  fixture_.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED, issue_day);
  ExpectRefused(Reason::kIssuerRetired, "issuer_state");

  *Entry().mutable_states(0)->mutable_from() = ToTimestamp(issue_day + kInstant);
  const Decision decision = Decided();
  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kSigningTimeClaimed));
  EXPECT_EQ(VerdictOn(decision, "issuer_state"), Conditional(Reason::kSigningTimeClaimed));
}

TEST_F(DecideRefusalsTest, KeyThatWillRetireIsGoodWithoutConditionUntilThen) {
  fixture_.AddState("50", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_RETIRED,
                    question_.now + kInstant);
  ExpectRecognised();
  question_.now += kInstant;
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
}

TEST_F(DecideRefusalsTest, ValidFromTheFirstInstantOfItsFirstDayInShanghai) {
  question_.EditDocument("\"effectiveDate\": \"2026年01月05日\"",
                         "\"effectiveDate\": \"2026年03月02日\"");
  question_.now = TimeOf("2026-03-02T00:00:00+08:00") - kInstant;
  for (const char* member : {kDeltaMember, kSichuanMember}) {
    fixture_.Role(member, "timestamp").expires = question_.now + absl::Hours(1);
  }
  ExpectRefused(Reason::kLicenceNotYetValid, "validity");
  question_.now += kInstant;
  ExpectRecognised();
}

TEST_F(DecideRefusalsTest, ValidThroughTheLastInstantOfItsLastDayInShanghai) {
  question_.EditDocument("2036年01月05日", "2026年03月01日");
  question_.now = TimeOf("2026-03-02T00:00:00+08:00") - kInstant;
  for (const char* member : {kDeltaMember, kSichuanMember}) {
    fixture_.Role(member, "timestamp").expires = question_.now + absl::Hours(1);
  }
  ExpectRecognised();
  question_.now += kInstant;
  ExpectRefused(Reason::kLicenceExpired, "validity");
}

TEST_F(DecideRefusalsTest, LongTermLicenceNeverExpires) {
  question_ = AskAbout(Sample("51-business-licence"), "31");
  question_.now = TimeOf("2999-12-31T23:59:59+08:00");
  for (auto& [publisher, roles] : fixture_.roles) {
    for (RoleFact& role : roles) role.expires = absl::InfiniteFuture();
  }
  ExpectRecognised();
}

TEST_F(DecideRefusalsTest, StatusInTheDocumentMustBeValid) {
  for (const char* code : {"02", "03", "04", "05", "06", "07"}) {
    question_ = AskAbout(Sample("50-driving-licence"), "31");
    question_.EditDocument("\"certificateStatus\": \"01\"",
                           absl::StrCat("\"certificateStatus\": \"", code, "\""));
    ExpectRefused(Reason::kLicenceStatusNotValid, "validity");
  }
}

TEST_F(DecideRefusalsTest, ContentThatDoesNotConformIsRefusedWithItsReason) {
  const struct {
    const char* from;
    const char* to;
    Reason reason;
    const char* element_id;
  } faults[] = {
      {"\"csrq\": \"1900年01月01日\", ", "", Reason::kElementMissing, "face.driver.birthDate"},
      {"\"csrq\": \"1900年01月01日\"", "\"csrq\": \"1900年02月29日\"", Reason::kElementMalformed,
       "face.driver.birthDate"},
      {"\"ljjf\": 3", "\"ljjf\": \"3\"", Reason::kElementMalformed,
       "face.driver.accumulatedPoints"},
      {"\"xb\": \"1\"", "\"xb\": \"7\"", Reason::kCodeUnknown, "face.driver.sex"},
      {"[\"C1\", \"C6\"]", "[\"C1\", \"C7\"]", Reason::kCodeUnknown, "face.driver.vehicleClasses"},
      {"\"code\": \"50010319000101001X\"", "\"code\": \"500103190001010011\"",
       Reason::kCheckDigitWrong, "certificateHolderCode"},
      {"\"dabh\": \"500103000001\"", "\"dabh\": \"50010300000\"", Reason::kElementMalformed,
       "face.driver.fileNumber"},
  };
  for (const auto& fault : faults) {
    question_ = AskAbout(Sample("50-driving-licence"), "31");
    question_.EditDocument(fault.from, fault.to);
    ExpectRefusedOver(fault.reason, "catalogue", {fault.element_id});
  }
}

TEST_F(DecideRefusalsTest, AllElementsThatFailForTheReasonAreNamedAndNoOthers) {
  question_.EditDocument("\"csrq\": \"1900年01月01日\", ", "");
  question_.EditDocument(", \"zjcx\": [\"C1\", \"C6\"]", "");
  question_.EditDocument("\"code\": \"50010319000101001X\"", "\"code\": \"500103190001010011\"");
  ExpectRefusedOver(Reason::kElementMissing, "catalogue",
                    {"face.driver.birthDate", "face.driver.vehicleClasses"});

  // A place that belongs to no element has no id; what is wrong for another reason waits.
  question_ = AskAbout(Sample("50-driving-licence"), "31");
  question_.EditDocument("\"surface\": {", "\"surface\": [], \"other\": {");
  ExpectRefused(Reason::kElementMalformed, "catalogue");
  EXPECT_THAT(Decided().refused_elements, IsEmpty());
}

TEST_F(DecideRefusalsTest, ABoundedNumberOfElementsIsNamed) {
  for (auto& element : *fixture_.Type("50", kDrivingLicenceType).mutable_elements()) {
    element.set_obligation(gateway::v1::ELEMENT_OBLIGATION_MANDATORY);
  }
  question_.EditDocument("\"surface\": {", "\"other\": {");

  const auto named = Decided().refused_elements;

  ASSERT_THAT(named, SizeIs(1));
  EXPECT_THAT(named.at(Reason::kElementMissing), SizeIs(AllOf(Ge(8u), Le(kRefusedElementsMax))));
}

TEST_F(DecideRefusalsTest, RefusalsBySignedFactsNameTheElementsThatStateThem) {
  const struct {
    const char* from;
    const char* to;
    Reason reason;
    const char* check;
    std::vector<std::string> element_ids;
  } refusals[] = {
      {"\"certificateTypeCode\": \"11100000XX0000019L003\"",
       "\"certificateTypeCode\": \"11100000XX0000019L005\"",
       Reason::kTypeMismatch,
       "binding",
       {"certificateTypeCode"}},
      {"\"areaCode\": \"500103\"",
       "\"areaCode\": \"510104\"",
       Reason::kIssuerMismatch,
       "binding",
       {"certificateIssuingAuthorityCode", "certificateAreaCode"}},
      {"\"certificateStatus\": \"01\"",
       "\"certificateStatus\": \"02\"",
       Reason::kLicenceStatusNotValid,
       "validity",
       {"status"}},
      {"\"effectiveDate\": \"2026年01月05日\"",
       "\"effectiveDate\": \"2036年01月04日\"",
       Reason::kLicenceNotYetValid,
       "validity",
       {"certificateEffectiveDate"}},
      {"\"expiringDate\": \"2036年01月05日\"",
       "\"expiringDate\": \"2026年01月06日\"",
       Reason::kLicenceExpired,
       "validity",
       {"certificateExpiringDate"}},
  };
  for (const auto& refusal : refusals) {
    question_ = AskAbout(Sample("50-driving-licence"), "31");
    question_.EditDocument(refusal.from, refusal.to);
    ExpectRefusedOver(refusal.reason, refusal.check, refusal.element_ids);
  }
}

TEST_F(DecideRefusalsTest, HolderBornAfterTheDecisionIsImpossible) {
  // The check digits are wrong too, which is what is found once the dates are possible.
  question_.EditDocument("\"code\": \"50010319000101001X\"", "\"code\": \"500103202603020010\"");
  ExpectRefused(Reason::kElementMalformed, "catalogue");
  question_.EditDocument("500103202603020010", "500103202603010010");
  ExpectRefused(Reason::kCheckDigitWrong, "catalogue");
}

TEST_F(DecideRefusalsTest, ExpectedHolderMustBeTheHolder) {
  question_.request.expected_holder_name = "样例丁";
  question_.request.expected_holder_code = "50010319000101001X";
  EXPECT_EQ(VerdictOn(Decided(), "holder"), kPassed);

  // Both are named, whichever differs.
  question_.request.expected_holder_name = "样例甲";
  ExpectRefusedOver(Reason::kHolderMismatch, "holder",
                    {"certificateHolderName", "certificateHolderCode"});
  question_.request.expected_holder_name = "";
  question_.request.expected_holder_code = "31010119000101002X";
  ExpectRefusedOver(Reason::kHolderMismatch, "holder", {"certificateHolderCode"});
}

TEST_F(DecideRefusalsTest, CopyServesItsPurposeThroughItsLastDay) {
  const std::string cause = R"("creationTime": "2026年02月01日", "cause": "政务服务")";
  MakeCopy(cause);
  EXPECT_EQ(VerdictOn(Decided(), "copy"), kPassed);
  MakeCopy(absl::StrCat(cause, R"(, "expiringTime": "2026年03月01日")"));
  EXPECT_EQ(VerdictOn(Decided(), "copy"), kPassed);
  MakeCopy(absl::StrCat(cause, R"(, "expiringTime": "2026年02月28日")"));
  ExpectRefusedOver(Reason::kCopyOutOfScope, "copy", {"certificateCopyExpiringTime"});
  question_.now = TimeOf("2026-03-01T00:00:00+08:00") - kInstant;
  EXPECT_EQ(VerdictOn(Decided(), "copy"), kPassed);
}

TEST_F(DecideRefusalsTest, CopyForAnotherPurposeOrForNoneIsOutOfScope) {
  MakeCopy(R"("cause": "路面执法核验")");
  ExpectRefusedOver(Reason::kCopyOutOfScope, "copy", {"certificateCopyCause"});
  MakeCopy(R"("creationTime": "2026年02月01日", "creator": "样例平台")");
  ExpectRefused(Reason::kCopyOutOfScope, "copy");
}

TEST_F(DecideRefusalsTest, StatusListRefusesInItsIntervalOnly) {
  const struct {
    gateway::v1::LicenceStatusKind kind;
    Reason reason;
  } kinds[] = {{gateway::v1::LICENCE_STATUS_KIND_REVOKED, Reason::kLicenceRevoked},
               {gateway::v1::LICENCE_STATUS_KIND_SUSPENDED, Reason::kLicenceSuspended},
               {gateway::v1::LICENCE_STATUS_KIND_CANCELLED, Reason::kLicenceCancelled}};
  const absl::Time from = FixtureNow();
  const absl::Time until = from + absl::Minutes(1);
  for (const auto& one : kinds) {
    fixture_.jurisdictions.at("50").statuses = {
        StatusOf(Sample("50-driving-licence"), one.kind, from, until)};
    question_.now = from - kInstant;
    ExpectRecognised();
    question_.now = from;
    ExpectRefused(one.reason, "status");
    question_.now = until - kInstant;
    ExpectRefused(one.reason, "status");
    question_.now = until;
    ExpectRecognised();
  }
}

TEST_F(DecideRefusalsTest, StatusOfAnotherLicenceTypeOrJurisdictionDoesNotMatter) {
  const auto revoked = gateway::v1::LICENCE_STATUS_KIND_REVOKED;
  SampleLicence other = Sample("50-driving-licence");
  other.type_code = kIdentityCardType;
  fixture_.jurisdictions.at("50").statuses = {StatusOf(other, revoked, FixtureNow())};
  fixture_.jurisdictions.at("51").statuses = {
      StatusOf(Sample("50-driving-licence"), revoked, FixtureNow())};
  ExpectRecognised();
}

// Without a number nothing could ever revoke the licence.
TEST_F(DecideRefusalsTest, LicenceWithoutANumberIsRefusedEvenWhenTheCatalogueDoesNotDemandIt) {
  for (auto& element : *fixture_.Type("50", kDrivingLicenceType).mutable_elements()) {
    if (element.element_id() == "certificateNumber") {
      element.set_obligation(gateway::v1::ELEMENT_OBLIGATION_OPTIONAL);
    }
  }
  question_.EditDocument("\"certificateNumber\": \"50010319000101001X\", ", "");
  ExpectRefusedOver(Reason::kElementMissing, "status", {"certificateNumber"});
}

TEST_F(DecideRefusalsTest, LicenceWithoutANumberIsRefusedOnceByTheCatalogueThatDemandsIt) {
  question_.EditDocument("\"certificateNumber\": \"50010319000101001X\", ", "");
  ExpectRefused(Reason::kElementMissing, "catalogue");
  EXPECT_EQ(VerdictOn(Decided(), "status"), kNotEvaluated);
}

// A revocation is refused under such a number, so the licence must not be recognised under it.
TEST_F(DecideRefusalsTest, B01_LicenceWhoseNumberCannotBeRevokedIsMalformed) {
  for (const char* written : {"\u3000", "\uFEFF50010319000101001X", "500103\u200B19000101001X",
                              "500103\u201119000101001X", "500103\u00AD19000101001X",
                              "\u202E50010319000101001X", "5001031900010100１\u2003X"}) {
    question_ = AskAbout(Sample("50-driving-licence"), "31");
    question_.EditDocument("\"certificateNumber\": \"50010319000101001X\"",
                           absl::StrCat("\"certificateNumber\": \"", written, "\""));
    ExpectRefused(Reason::kElementMalformed, "catalogue");
    EXPECT_EQ(VerdictOn(Decided(), "status"), kNotEvaluated);
  }
}

TEST_F(DecideRefusalsTest, SeveralRefusalsAreAllReportedInCheckOrder) {
  Entry().clear_type_codes();
  question_.EditDocument("2036年01月05日", "2026年02月01日");
  question_.request.expected_holder_name = "样例甲";
  fixture_.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, question_.now)};

  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kIssuerNotForType, Reason::kLicenceExpired,
                                             Reason::kHolderMismatch, Reason::kLicenceRevoked));
}

}  // namespace
}  // namespace mrg
