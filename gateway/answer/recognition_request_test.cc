#include "gateway/answer/recognition_request.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/field_violations.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(RecognitionRequest, TheDocumentIsHeldOnceFromTheMessageToTheDecision) {
  auto message = std::make_shared<const gateway::v1::RecognizeRequest>(DrivingLicenceRequest("a"));
  const std::string* const document = &message->presentation().detached().document();

  const auto checked =
      CheckRecognizeRequest(std::move(message), PlatformCaller("x/y").identity, kAnsweringOrigin);

  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->credential.document.get(), document);
  EXPECT_EQ(checked->credential.signed_bytes.get(), document);
}

TEST(RecognitionRequest, AllThatIsWrongIsToldAtOnce) {
  auto message = std::make_shared<gateway::v1::RecognizeRequest>(DrivingLicenceRequest("a"));
  message->clear_request_id();
  message->set_issuing_jurisdiction("5x");
  message->clear_scenario();
  message->add_requested_elements("no element");
  message->clear_presentation();

  const auto checked =
      CheckRecognizeRequest(std::move(message), PlatformCaller("x/y").identity, kAnsweringOrigin);

  std::vector<std::string> fields;
  for (const FieldViolation& one : ViolationsOf(checked.status())) fields.push_back(one.field);
  EXPECT_THAT(fields, testing::ElementsAre("request_id", "issuing_jurisdiction", "scenario",
                                           "requested_elements[0]", "presentation.detached"));
}

// What the answer says of a document that holds one canary in several members.
gateway::v1::RecognizeResponse AnswerAboutEdited(absl::string_view from, absl::string_view to) {
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  question.EditDocument(from, to);
  return ToRecognizeResponse(Answer(SnapshotFixture().Build(), question));
}

TEST(Threat, N11_ARefusalOverTheDocumentNamesItsElementsAndNoValue) {
  // An identity number as a value, a code, a list's item and the name of a member.
  const std::string canary = "31010119000101002X";
  const struct {
    const char* from;
    const char* to;
    const char* reason;
    const char* element_id;
  } edits[] = {
      {R"("xb": "1")", R"("xb": "31010119000101002X")", "CODE_UNKNOWN", "face.driver.sex"},
      {R"(["C1", "C6"])", R"(["31010119000101002X"])", "CODE_UNKNOWN",
       "face.driver.vehicleClasses"},
      {R"("csrq": "1900年01月01日")", R"("csrq": "31010119000101002X")", "ELEMENT_MALFORMED",
       "face.driver.birthDate"},
      {R"("csrq")", R"("31010119000101002X")", "ELEMENT_MISSING", "face.driver.birthDate"},
      {R"("code": "50010319000101001X")", R"("code": "31010119000101002X0")", "ELEMENT_MALFORMED",
       "certificateHolderCode"},
      {R"("areaCode": "500103")", R"("areaCode": "31010119000101002X")", "ISSUER_MISMATCH",
       "certificateIssuingAuthorityCode"},
      {R"("certificateTypeCode": "11100000XX0000019L003")",
       R"("certificateTypeCode": "31010119000101002X")", "TYPE_MISMATCH", "certificateTypeCode"},
  };
  for (const auto& edit : edits) {
    SCOPED_TRACE(edit.to);

    const gateway::v1::RecognizeResponse response = AnswerAboutEdited(edit.from, edit.to);

    ASSERT_GE(response.reasons_size(), 1);
    EXPECT_EQ(response.reasons(0).reason(), edit.reason);
    ASSERT_GE(response.reasons(0).element_ids_size(), 1);
    EXPECT_EQ(response.reasons(0).element_ids(0), edit.element_id);
    // The name of a member that nobody declared is shown where such paths stand, and only there.
    gateway::v1::RecognizeResponse without_paths = response;
    without_paths.clear_undeclared_members();
    EXPECT_EQ(without_paths.ShortDebugString().find(canary), std::string::npos);
  }
}

TEST(RecognitionRequest, WhatIsNotAboutTheDocumentNamesNoElement) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").statuses.push_back(
      StatusOf(Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED,
               FixtureNow() - absl::Hours(1)));
  const auto response =
      ToRecognizeResponse(Answer(fixture.Build(), AskAbout(Sample("50-driving-licence"), "31")));

  ASSERT_EQ(response.reasons_size(), 1);
  EXPECT_EQ(response.reasons(0).reason(), "LICENCE_REVOKED");
  EXPECT_TRUE(response.reasons(0).element_ids().empty());
}

}  // namespace
}  // namespace mrg
