#include "gateway/base/allowance.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);

int Taken(int count, absl::Time now, Allowance* allowance) {
  int taken = 0;
  for (int i = 0; i < count; ++i) taken += allowance->Take(now) ? 1 : 0;
  return taken;
}

TEST(Allowance, IsSoManyAtOnceAndThenOneASecond) {
  Allowance allowance(60);

  EXPECT_EQ(Taken(300, kNow, &allowance), 60);
  EXPECT_EQ(Taken(300, kNow + absl::Seconds(7), &allowance), 7);
  EXPECT_EQ(Taken(300, kNow + absl::Hours(24), &allowance), 60);
}

TEST(Allowance, WhoAsksTooSoonLosesNothingOfWhatComesBack) {
  Allowance allowance(60);
  Taken(60, kNow, &allowance);

  int taken = 0;
  for (int i = 1; i <= 40; ++i) {
    taken += allowance.Take(kNow + i * absl::Milliseconds(250)) ? 1 : 0;
  }

  EXPECT_EQ(taken, 10);
}

TEST(Allowance, ClockThatStepsBackFillsNothing) {
  Allowance allowance(60);
  Taken(60, kNow, &allowance);

  EXPECT_EQ(Taken(60, kNow - absl::Hours(1), &allowance), 0);
  EXPECT_EQ(Taken(60, kNow - absl::Hours(1) + absl::Seconds(2), &allowance), 2);
}

TEST(Allowance, IsFullAgainWhenWhatWasTakenCameBack) {
  Allowance allowance(2);
  EXPECT_TRUE(allowance.IsFull(kNow));

  Taken(2, kNow, &allowance);

  EXPECT_FALSE(allowance.IsFull(kNow + absl::Milliseconds(1999)));
  EXPECT_TRUE(allowance.IsFull(kNow + absl::Seconds(2)));
}

}  // namespace
}  // namespace mrg
