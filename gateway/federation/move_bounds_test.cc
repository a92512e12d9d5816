#include "gateway/federation/move_bounds.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(MoveBoundsTest, AMemberMovesAFewTimesAtOnceAndThenSeldom) {
  const MemberId restless = *MemberId::Parse("sichuan-chongqing");
  const MemberId other = *MemberId::Parse("pearl-river");
  MoveBounds bounds;
  absl::Duration now = absl::Hours(100);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(bounds.Take(restless, now)) << i;

  for (int i = 0; i < 9 * 60; ++i) {
    now += absl::Seconds(1);
    EXPECT_FALSE(bounds.Take(restless, now)) << "a try that must wait uses nothing up";
  }
  EXPECT_TRUE(bounds.Take(other, now));
  now += absl::Minutes(2);
  EXPECT_TRUE(bounds.Take(restless, now));
  EXPECT_FALSE(bounds.Take(restless, now));

  now += absl::Hours(1000);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(bounds.Take(restless, now)) << i;
  EXPECT_FALSE(bounds.Take(restless, now)) << "no more is saved up";
}

}  // namespace
}  // namespace mrg
