#include "gateway/base/turn.h"

#include <set>

#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kPeriod = absl::Seconds(60);
const RetrySchedule kRetry(absl::Seconds(1), absl::Seconds(30), 7);

TEST(Turn, IsDueFromTheBeginningThenAPeriodAfterEachSuccess) {
  Turn turn(kPeriod, kRetry);
  EXPECT_TRUE(turn.Due(kStart));

  turn.Succeeded(kStart);

  EXPECT_FALSE(turn.Due(kStart));
  EXPECT_FALSE(turn.Due(kStart + kPeriod - absl::Nanoseconds(1)));
  EXPECT_TRUE(turn.Due(kStart + kPeriod));
  EXPECT_EQ(turn.next(), kStart + kPeriod);
}

TEST(Turn, FailuresFollowTheScheduleUntilASuccess) {
  Turn turn(kPeriod, kRetry);
  absl::Time now = kStart;
  for (int failures = 1; failures <= 8; ++failures) {
    turn.Failed(now);
    EXPECT_EQ(turn.failures(), failures);
    EXPECT_EQ(turn.next(), now + kRetry.WaitAfter(failures));
    EXPECT_FALSE(turn.Due(turn.next() - absl::Nanoseconds(1)));
    EXPECT_TRUE(turn.Due(turn.next()));
    now = turn.next();
  }

  turn.Succeeded(now);

  EXPECT_EQ(turn.failures(), 0);
  EXPECT_EQ(turn.next(), now + kPeriod);
}

TEST(Turn, WithoutAScheduleAFailureWaitsThePeriod) {
  Turn turn(kPeriod);

  turn.Failed(kStart);

  EXPECT_EQ(turn.next(), kStart + kPeriod);
}

TEST(Turn, AClockThatSteppedBackMakesItDueAndTheNextWaitIsAWholeOne) {
  for (const bool failed : {false, true}) {
    Turn turn(kPeriod, kRetry);
    failed ? turn.Failed(kStart) : turn.Succeeded(kStart);
    const absl::Time back = kStart - absl::Hours(5);

    EXPECT_TRUE(turn.Due(back));
    turn.Succeeded(back);

    EXPECT_FALSE(turn.Due(back));
    EXPECT_TRUE(turn.Due(back + kPeriod));
  }
}

TEST(Turn, AClockThatSteppedForwardMakesItDueOnce) {
  Turn turn(kPeriod, kRetry);
  turn.Succeeded(kStart);
  const absl::Time ahead = kStart + absl::Hours(24 * 365);

  EXPECT_TRUE(turn.Due(ahead));
  turn.Succeeded(ahead);

  EXPECT_FALSE(turn.Due(ahead));
}

TEST(Turn, WhoAsksGetsItSoonerAfterASuccessButNotAfterAFailure) {
  Turn turn(kPeriod, RetrySchedule(kPeriod, kPeriod, 7));
  EXPECT_TRUE(turn.DueWhenAsked(kStart, absl::Seconds(1)));
  turn.Succeeded(kStart);
  EXPECT_FALSE(turn.DueWhenAsked(kStart + absl::Milliseconds(999), absl::Seconds(1)));
  EXPECT_TRUE(turn.DueWhenAsked(kStart + absl::Seconds(1), absl::Seconds(1)));

  turn.Failed(kStart + absl::Seconds(1));

  EXPECT_FALSE(turn.DueWhenAsked(kStart + absl::Seconds(10), absl::Seconds(1)));
  EXPECT_TRUE(turn.DueWhenAsked(turn.next(), absl::Seconds(1)));
  EXPECT_TRUE(turn.DueWhenAsked(kStart - absl::Hours(1), absl::Seconds(1))) << "stepped back";
}

TEST(Turn, SpreadShortensThePeriodByAtMostItsPartAndDiffersBySeed) {
  std::set<absl::Time> nexts;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Turn turn(kPeriod, RetrySchedule(absl::Seconds(1), absl::Seconds(2), seed), /*spread=*/0.2);
    turn.Succeeded(kStart);
    EXPECT_LE(turn.next(), kStart + kPeriod);
    EXPECT_GT(turn.next(), kStart + 0.8 * kPeriod);
    nexts.insert(turn.next());
  }
  EXPECT_GT(nexts.size(), 40u);
}

TEST(Turn, AWaitThatWasKeptGoesOnAndOneLeftOverFromAClockThatStoodAheadIsOver) {
  Turn before(absl::ZeroDuration(), kRetry);
  for (int i = 0; i < 3; ++i) before.Failed(kStart);

  Turn turn = Turn::Waiting(RetrySchedule(absl::Seconds(1), absl::Seconds(30), 99),
                            before.failures(), before.next());

  EXPECT_FALSE(turn.Due(kStart)) << "another seed after the restart";
  EXPECT_TRUE(turn.Due(before.next()));
  EXPECT_TRUE(turn.Due(kStart - absl::Hours(1)));
  turn.Failed(before.next());
  EXPECT_EQ(turn.failures(), 4);
}

}  // namespace
}  // namespace mrg
