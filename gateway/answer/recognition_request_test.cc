#include "gateway/answer/recognition_request.h"

#include <memory>
#include <utility>

#include "gateway/answer/testing/answering_node.h"
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

}  // namespace
}  // namespace mrg
