#include "gateway/base/clock.h"

#include "gateway/base/real_clock.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(RealClock, MonotonicTimeNeverStepsBack) {
  const RealClock clock;
  absl::Duration before = clock.Monotonic();
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration after = clock.Monotonic();
    ASSERT_GE(after, before);
    before = after;
  }
}

TEST(RealClock, WallTimeIsOfThisCentury) {
  EXPECT_GT(RealClock().Now(), absl::FromUnixSeconds(1700000000));
  EXPECT_LT(RealClock().Now(), absl::FromUnixSeconds(4102444800));
}

TEST(SimulatedClock, AdvanceMovesBothAndSetWallTimeTheWallAlone) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  SimulatedClock clock(start);
  const absl::Duration monotonic = clock.Monotonic();

  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), start + absl::Seconds(5));
  EXPECT_EQ(clock.Monotonic(), monotonic + absl::Seconds(5));

  clock.SetWallTime(start - absl::Hours(1));
  EXPECT_EQ(clock.Now(), start - absl::Hours(1));
  EXPECT_EQ(clock.Monotonic(), monotonic + absl::Seconds(5));
}

}  // namespace
}  // namespace mrg
