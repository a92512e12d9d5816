#include "dispute/routing.h"

#include <optional>

#include "gtest/gtest.h"

namespace mrg {
namespace {

MemberId Id(const char* text) { return *MemberId::Parse(text); }

TEST(RouteDispute, GoesWhereTheAgreementSays) {
  const Destination destination =
      RouteDispute(AgreedRoute{Id("sichuan-chongqing"), "issuer-50"}, Id("hub"));

  EXPECT_EQ(destination.member, Id("sichuan-chongqing"));
  EXPECT_EQ(destination.queue, "issuer-50");
  EXPECT_EQ(destination.priority, 0u);
}

TEST(RouteDispute, WithoutARuleGoesToTheHubsQueue) {
  const Destination destination = RouteDispute(std::nullopt, Id("hub"));

  EXPECT_EQ(destination.member, Id("hub"));
  EXPECT_EQ(destination.queue, kHubQueue);
}

}  // namespace
}  // namespace mrg
