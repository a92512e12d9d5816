#include "gateway/base/turn_limit.h"

#include "gateway/base/testing/simulated_clock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class TurnLimitTest : public ::testing::Test {
 protected:
  SimulatedClock clock_{absl::FromUnixSeconds(1795478400)};
  TurnLimit limit_{&clock_};
};

TEST_F(TurnLimitTest, ATurnIsOverAfterItsTimeByTheMonotonicClockAndTheNextBeginsAnew) {
  EXPECT_FALSE(limit_.IsOver());
  limit_.Begin(absl::Seconds(30));
  clock_.SetWallTime(clock_.Now() + absl::Hours(24));
  clock_.Advance(absl::Seconds(29));
  EXPECT_FALSE(limit_.IsOver());

  clock_.Advance(absl::Seconds(1));

  EXPECT_TRUE(limit_.IsOver());
  limit_.Begin(absl::Seconds(30));
  EXPECT_FALSE(limit_.IsOver());
}

TEST_F(TurnLimitTest, WhatIsCutIsOverAndStaysSo) {
  limit_.Begin(absl::Seconds(30));

  limit_.Cut();

  EXPECT_TRUE(limit_.IsOver());
  limit_.Begin(absl::Seconds(30));
  EXPECT_TRUE(limit_.IsOver());
}

}  // namespace
}  // namespace mrg
