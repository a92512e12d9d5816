#include "gateway/answer/recognition_request.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/field_violations.h"
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

}  // namespace
}  // namespace mrg
