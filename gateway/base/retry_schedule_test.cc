#include "gateway/base/retry_schedule.h"

#include <limits>
#include <set>

#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr absl::Duration kFirst = absl::Seconds(1);
constexpr absl::Duration kMax = absl::Seconds(60);

TEST(RetrySchedule, DoublesWithEachFailureUpToTheBound) {
  const RetrySchedule schedule(kFirst, kMax, 7);
  const int kWholeSeconds[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};

  for (int failures = 1; failures <= 9; ++failures) {
    const absl::Duration whole = absl::Seconds(kWholeSeconds[failures - 1]);
    EXPECT_GE(schedule.WaitAfter(failures), whole / 2) << failures;
    EXPECT_LT(schedule.WaitAfter(failures), whole) << failures;
  }
}

TEST(RetrySchedule, IsTheSameForTheSameSeedAndAnotherForAnother) {
  std::set<absl::Duration> waits;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    waits.insert(RetrySchedule(kFirst, kMax, seed).WaitAfter(3));
  }

  EXPECT_EQ(waits.size(), 100u);
  EXPECT_EQ(RetrySchedule(kFirst, kMax, 5).WaitAfter(3),
            RetrySchedule(kFirst, kMax, 5).WaitAfter(3));
}

TEST(RetrySchedule, WaitersThatFailTogetherAreSpreadOverTheWholeRange) {
  int early = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    if (RetrySchedule(kFirst, kMax, seed).WaitAfter(1) < absl::Milliseconds(750)) ++early;
  }

  EXPECT_GT(early, 400);
  EXPECT_LT(early, 600);
}

TEST(RetrySchedule, AnyNumberOfFailuresGivesAWaitWithinTheBounds) {
  const RetrySchedule schedule(kFirst, kMax, 1);

  for (const int64_t failures : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0}}) {
    EXPECT_GE(schedule.WaitAfter(failures), kFirst / 2);
    EXPECT_LT(schedule.WaitAfter(failures), kFirst);
  }
  EXPECT_GE(schedule.WaitAfter(std::numeric_limits<int64_t>::max()), kMax / 2);
  EXPECT_LT(schedule.WaitAfter(std::numeric_limits<int64_t>::max()), kMax);
}

}  // namespace
}  // namespace mrg
