#include "gateway/request_memory/running_day.h"

#include <memory>

#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class RunningDayTest : public ::testing::Test {
 protected:
  // Lets the node run, with a look each minute. Result: the last one's.
  absl::Time Run(absl::Duration duration) {
    absl::Time begin = absl::InfinitePast();
    for (absl::Duration ran; ran < duration; ran += absl::Minutes(1)) {
      wall_ += absl::Minutes(1);
      monotonic_ += absl::Minutes(1);
      const auto looked = day_->BeginAt(wall_, monotonic_);
      EXPECT_TRUE(looked.ok()) << looked.status();
      begin = *looked;
    }
    return begin;
  }
  void Restart(absl::Duration away) {
    wall_ += away;
    monotonic_ = absl::Seconds(1);
    day_ = std::make_unique<RunningDay>(&store_);
  }

  MemoryStore store_;
  absl::Time wall_ = kStart;
  absl::Duration monotonic_ = absl::Hours(1000);
  std::unique_ptr<RunningDay> day_ = std::make_unique<RunningDay>(&store_);
};

TEST_F(RunningDayTest, ADayThatRunsBeginsADayBeforeToTheHour) {
  EXPECT_EQ(Run(absl::Hours(24)), absl::InfinitePast());

  const absl::Time begin = Run(absl::Hours(3));

  EXPECT_LE(begin, wall_ - absl::Hours(24));
  EXPECT_GT(begin, wall_ - absl::Hours(26));
}

TEST_F(RunningDayTest, L8_AClockThatIsSetForwardEndsNoDay) {
  Run(absl::Hours(30));
  const absl::Time answered = wall_;

  wall_ += absl::Hours(24 * 365);

  EXPECT_LT(Run(absl::Hours(23)), answered);
  EXPECT_GT(Run(absl::Hours(3)), answered) << "and the day ends when it has run";
}

TEST_F(RunningDayTest, L8_AClockThatIsSetBackMakesWhatIsAnsweredThenNoOlder) {
  Run(absl::Hours(30));
  wall_ -= absl::Hours(10);
  const absl::Time answered = wall_;

  EXPECT_LE(Run(absl::Hours(24)), answered);
  EXPECT_GT(Run(absl::Hours(3)), answered);
}

TEST_F(RunningDayTest, L8_AClockThatWasAheadForAWhileForgetsNothingEarly) {
  Run(absl::Hours(30));
  wall_ += absl::Hours(48);
  Run(absl::Minutes(90));
  const absl::Time ahead = wall_;
  wall_ -= absl::Hours(48);
  const absl::Time answered = wall_;

  const absl::Time begin = Run(absl::Hours(23));

  EXPECT_LT(begin, answered);
  EXPECT_LT(begin, ahead);
}

TEST_F(RunningDayTest, TimeInWhichTheNodeDidNotRunIsNotCountedAndWhatRanIsKeptOverARestart) {
  Run(absl::Hours(20));
  const absl::Time answered = wall_;
  Restart(/*away=*/absl::Hours(100));

  EXPECT_EQ(Run(absl::Hours(4)), absl::InfinitePast());
  EXPECT_GT(Run(absl::Hours(2)), kStart);
  EXPECT_LT(Run(absl::Hours(17)), answered);
  EXPECT_GE(Run(absl::Hours(3)), answered);
}

}  // namespace
}  // namespace mrg
