#include "gateway/answer/translate.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::TranslateRequest;

TranslateRequest Request() {
  const LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  TranslateRequest request;
  request.set_using_jurisdiction("31");
  request.set_issuing_jurisdiction("50");
  request.set_type_code(question.request.type_code.value());
  request.set_document_standard(question.request.document_standard.value());
  request.set_scenario("government-service");
  request.set_document(question.presentation.detached().document());
  return request;
}

class TranslateTest : public ::testing::Test {
 protected:
  absl::StatusOr<gateway::v1::TranslateResponse> Ask(const TranslateRequest& request) {
    return Translate(node_.snapshots.Current().get(), *node_.authorization, caller_, request,
                     FixtureNow());
  }

  const Caller caller_ = PlatformCaller("mrg.gateway.v1.TranslationService/Translate");
  AnsweringNode node_;
};

TEST_F(TranslateTest, DocumentIsTheOneThatARecognitionWouldGive) {
  const Recognise::Answer recognised = node_.Ask(DrivingLicenceRequest("a"));
  ASSERT_TRUE(recognised.ok()) << recognised.status();
  const auto& expected = std::get<gateway::v1::RecognizeResponse>(*recognised).translated();

  const auto translated = Ask(Request());

  ASSERT_TRUE(translated.ok()) << translated.status();
  EXPECT_EQ(translated->standard(), expected.standard());
  EXPECT_EQ(translated->document(), expected.document());
  EXPECT_EQ(translated->reports_size(), expected.reports_size());
}

TEST_F(TranslateTest, ElementThatIsNotAllowedIsWithheldAndReported) {
  TranslateRequest request = Request();
  request.add_requested_elements("face.idcard.sex");

  const auto translated = Ask(request);

  ASSERT_TRUE(translated.ok()) << translated.status();
  ASSERT_GE(translated->reports_size(), 1);
  EXPECT_EQ(translated->reports(0).element_id(), "face.idcard.sex");
  EXPECT_EQ(translated->reports(0).outcome(), gateway::v1::ELEMENT_OUTCOME_WITHHELD);
}

TEST_F(TranslateTest, AnElementThatNoDictionaryKnowsIsRefused) {
  TranslateRequest request = Request();
  request.add_requested_elements("status");
  request.add_requested_elements("no.such.element");

  const absl::Status status = Ask(request).status();

  EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed) << status;
  EXPECT_EQ(FieldOf(status), "requested_elements[1]");
}

TEST_F(TranslateTest, N11_AnElementThatCannotBeReadIsReportedWithItsReasonAndNoValue) {
  TranslateRequest request = Request();
  absl::StrReplaceAll({{"\"xb\": \"1\"", "\"xb\": \"secret\""}}, request.mutable_document());
  request.add_requested_elements("face.driver.sex");
  request.add_requested_elements("face.driver.vehicleClasses");

  const auto translated = Ask(request);

  ASSERT_TRUE(translated.ok()) << translated.status();
  ASSERT_EQ(translated->reports_size(), 2);
  EXPECT_EQ(translated->reports(0).element_id(), "face.driver.sex");
  EXPECT_EQ(translated->reports(0).outcome(), gateway::v1::ELEMENT_OUTCOME_ABSENT);
  EXPECT_EQ(translated->reports(0).reason(), "CODE_UNKNOWN");
  EXPECT_EQ(translated->reports(0).path(), "surface.xb");
  EXPECT_EQ(translated->reports(1).outcome(), gateway::v1::ELEMENT_OUTCOME_GIVEN);
  EXPECT_EQ(translated->ShortDebugString().find("secret"), std::string::npos);
}

TEST_F(TranslateTest, M10_MembersBeyondTheStandardAreReportedByPathAlone) {
  TranslateRequest request = Request();
  absl::StrReplaceAll({{"\"areaCode\"", "\"bloodGroup\":\"secret\",\"areaCode\""}},
                      request.mutable_document());

  const auto translated = Ask(request);

  ASSERT_TRUE(translated.ok()) << translated.status();
  EXPECT_EQ(translated->undeclared_members().count(), 1u);
  ASSERT_EQ(translated->undeclared_members().reports_size(), 1);
  EXPECT_EQ(translated->undeclared_members().reports(0).path(), "bloodGroup");
  EXPECT_EQ(translated->undeclared_members().reports(0).reason(), "UNDECLARED_MEMBER");
  EXPECT_EQ(translated->ShortDebugString().find("secret"), std::string::npos);
  EXPECT_FALSE(Ask(Request())->has_undeclared_members());
}

TEST_F(TranslateTest, M10_AgreementThatDemandsNoUndeclaredMembersHasNothingTranslated) {
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample", "rules {", "rules { no_undeclared_members: true");
  node_.PutInForce(fixture);
  TranslateRequest request = Request();
  absl::StrReplaceAll({{"\"areaCode\"", "\"bloodGroup\":\"secret\",\"areaCode\""}},
                      request.mutable_document());

  const auto refused = Ask(request);

  EXPECT_EQ(ReasonOf(refused.status()), Reason::kUndeclaredMember);
  EXPECT_EQ(FieldOf(refused.status()), "document");
  EXPECT_EQ(refused.status().message().find("bloodGroup"), std::string::npos);
  EXPECT_TRUE(Ask(Request()).ok());
}

TEST_F(TranslateTest, BadFieldsAreNamed) {
  TranslateRequest without_document = Request();
  without_document.clear_document();
  TranslateRequest without_type = Request();
  without_type.clear_type_code();

  EXPECT_EQ(FieldOf(Ask(without_document).status()), "document");
  EXPECT_EQ(FieldOf(Ask(without_type).status()), "type_code");
}

TEST_F(TranslateTest, WhatCannotBeReadOrAgreedIsRefused) {
  TranslateRequest unreadable = Request();
  unreadable.set_document("{");
  TranslateRequest unagreed = Request();
  unagreed.set_issuing_jurisdiction("32");
  TranslateRequest of_another = Request();
  of_another.set_using_jurisdiction("32");

  EXPECT_EQ(ReasonOf(Ask(unreadable).status()), Reason::kDocumentMalformed);
  EXPECT_TRUE(ReasonOf(Ask(unagreed).status()).has_value());
  EXPECT_EQ(ReasonOf(Ask(of_another).status()), Reason::kJurisdictionNotAllowed);
}

TEST_F(TranslateTest, WithoutListsInForceTheNodeIsNotReady) {
  EXPECT_EQ(
      ReasonOf(Translate(nullptr, *node_.authorization, caller_, Request(), FixtureNow()).status()),
      Reason::kNodeNotReady);
}

}  // namespace
}  // namespace mrg
