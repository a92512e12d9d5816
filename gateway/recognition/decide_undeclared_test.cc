// What a signed document says beyond its standard, or not quite as the code that it is read as: it
// is reported, and an agreement may demand that there is nothing of the first.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/recognition/decide.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A Chongqing driving licence, asked about in Shanghai.
class DecideUndeclared : public ::testing::Test {
 protected:
  Decision Decided() const { return Answer(fixture_.Build(), question_); }

  void AddMembers() {
    question_.EditDocument("\"areaCode\"", "\"bloodGroup\": \"secret\", \"areaCode\"");
    question_.EditDocument("\"xb\"", "\"restriction\": \"secret\", \"xb\"");
  }
  void DemandNone() {
    fixture_.EditAgreement("cross-region-sample", "rules {", "rules { no_undeclared_members: true");
  }
  static std::vector<std::string> Reported(const Decision& decision) {
    std::vector<std::string> reported;
    for (const auto& report : decision.undeclared_members.reports()) {
      reported.push_back(
          absl::StrCat(report.element_id(), "@", report.path(), " ", report.reason()));
    }
    return reported;
  }
  static std::string ReportOn(const Decision& decision, const std::string& id) {
    for (const auto& report : decision.reports) {
      if (report.element_id() == id) {
        return absl::StrCat(gateway::v1::ElementOutcome_Name(report.outcome()), " ",
                            report.reason());
      }
    }
    return "not reported";
  }

  SnapshotFixture fixture_;
  LicenceQuestion question_ = AskAbout(Sample("50-driving-licence"), "31");
};

TEST_F(DecideUndeclared, M10_MembersBeyondTheStandardAreReportedByPathAlone) {
  AddMembers();

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_THAT(decision.reasons, IsEmpty());
  EXPECT_EQ(decision.undeclared_members.count(), 2u);
  EXPECT_THAT(Reported(decision), ElementsAre("@surface.restriction UNDECLARED_MEMBER",
                                              "@bloodGroup UNDECLARED_MEMBER"));
  EXPECT_THAT(CanonicalBytes(decision.undeclared_members), Not(HasSubstr("secret")));
  EXPECT_THAT(decision.document, Not(HasSubstr("secret")));
  EXPECT_THAT(CanonicalBytes(decision.record), Not(HasSubstr("bloodGroup")))
      << "names are the signer's text, and go into no record";
}

TEST_F(DecideUndeclared, M10_AgreementThatDemandsNoneRefusesThem) {
  AddMembers();
  DemandNone();

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kUndeclaredMember));
  EXPECT_EQ(VerdictOn(decision, "document"), Failed(Reason::kUndeclaredMember));
  EXPECT_EQ(VerdictOn(decision, "translation"), kNotEvaluated);
  EXPECT_EQ(decision.document, "");
  EXPECT_EQ(decision.record.elements_commitment(), "");
  EXPECT_EQ(decision.undeclared_members.count(), 2u) << "the caller learns which they are";
}

TEST_F(DecideUndeclared, M10_AgreementThatDemandsNoneRecognisesADocumentWithoutAny) {
  DemandNone();

  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);
}

TEST_F(DecideUndeclared, M10_DemandOfOneRuleLeavesTheOthersAlone) {
  AddMembers();
  fixture_.EditAgreement("cross-region-sample", "scenario: \"traffic-check\"",
                         "scenario: \"traffic-check\" no_undeclared_members: true");

  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);
}

TEST_F(DecideUndeclared, M10_WhatThePackIgnoresIsNoneOfThem) {
  AddMembers();
  DemandNone();
  fixture_.EditPack("cq-sample", question_.request.type_code.value(),
                    "fields {\n  name: \"areaCode\"",
                    "fields { name: \"bloodGroup\" ignored {} }\nfields {\n  name: \"areaCode\"");
  fixture_.EditPack("cq-sample", question_.request.type_code.value(),
                    "    fields {\n      name: \"xb\"",
                    "    fields { name: \"restriction\" ignored {} }\n"
                    "    fields {\n      name: \"xb\"");

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(decision.undeclared_members.count(), 0u);
}

TEST_F(DecideUndeclared, M10_OtherRefusalsStandBesideIt) {
  AddMembers();
  DemandNone();
  question_.request.expected_holder_name = "somebody else";

  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kUndeclaredMember, Reason::kHolderMismatch));
}

TEST_F(DecideUndeclared, M10_TextThatIsNotWhatItsCodeSaysIsReported) {
  question_ = AskAbout(Sample("32-driving-licence"), "50");
  const std::string type = question_.request.type_code.value();

  question_.EditDocument("男", "男性");

  fixture_.EditPack("delta-reply", type, "text: \"男性\" code: \"1\" accuracy: PAIR_ACCURACY_EXACT",
                    "text: \"男性\" code: \"1\" accuracy: PAIR_ACCURACY_BROADER");
  const Decision broader = Decided();
  fixture_.EditPack("delta-reply", type, "code: \"1\" accuracy: PAIR_ACCURACY_BROADER",
                    "code: \"1\" accuracy: PAIR_ACCURACY_NARROWER");
  const Decision narrower = Decided();

  EXPECT_EQ(broader.outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(ReportOn(broader, "face.driver.sex"), "ELEMENT_OUTCOME_NARROWED SOURCE_BROADER");
  EXPECT_EQ(narrower.outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(ReportOn(narrower, "face.driver.sex"), "ELEMENT_OUTCOME_NARROWED SOURCE_NARROWER");
}

}  // namespace
}  // namespace mrg
