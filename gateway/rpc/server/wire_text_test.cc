#include "gateway/rpc/server/wire_text.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;

TEST(WireText, TextThatIsNotUtf8IsNamedByItsPath) {
  RecognizeRequest request;
  request.set_request_id("good");
  request.mutable_expected_holder()->set_name("\xC0\x80");
  const std::string bytes = request.SerializePartialAsString();

  RecognizeRequest parsed;
  const absl::Status status = ParseRequest(bytes, &parsed);

  EXPECT_EQ(ReasonOf(status), Reason::kFieldNotUtf8);
  EXPECT_EQ(FieldOf(status), "expected_holder.name");
}

TEST(WireText, BytesThatAreNoMessageAreMalformed) {
  RecognizeRequest parsed;
  EXPECT_EQ(ReasonOf(ParseRequest("\xFF\xFF\xFF", &parsed)), Reason::kFieldMalformed);
}

TEST(WireText, GoodMessageParses) {
  RecognizeRequest request;
  request.set_request_id("好");
  RecognizeRequest parsed;

  EXPECT_TRUE(ParseRequest(request.SerializeAsString(), &parsed).ok());
  EXPECT_EQ(parsed.request_id(), "好");
}

}  // namespace
}  // namespace mrg
