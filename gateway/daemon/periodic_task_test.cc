#include "gateway/daemon/periodic_task.h"

#include "gateway/base/real_clock.h"
#include "gateway/daemon/executor.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// Counts events across threads and lets a test wait for a number of them.
class Counter {
 public:
  void Add() {
    MutexLock lock(mu_);
    ++count_;
    changed_.NotifyAll();
  }
  void WaitUntil(int count) {
    MutexLock lock(mu_);
    while (count_ < count) changed_.Wait(mu_);
  }
  int count() {
    MutexLock lock(mu_);
    return count_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(PeriodicTask, TakesTurnsEachPeriod) {
  const RealClock clock;
  Counter turns;
  PeriodicTask task(
      "test", absl::Milliseconds(1), [&](absl::Time) { turns.Add(); }, &clock);
  turns.WaitUntil(3);
}

TEST(PeriodicTask, AWakeGivesATurnLongBeforeThePeriodAndTheDestructorDoesNotWaitForIt) {
  const RealClock clock;
  Counter turns;
  {
    PeriodicTask task(
        "test", absl::Hours(1), [&](absl::Time) { turns.Add(); }, &clock);
    turns.WaitUntil(1);
    task.Wake();
    turns.WaitUntil(2);
  }
  EXPECT_EQ(turns.count(), 2);
}

TEST(ThreadPoolExecutor, AFullQueueRefusesAtOnceAndRunsWhatItTook) {
  Counter ran, started, release;
  int taken = 0;
  {
    ThreadPoolExecutor executor(1, 2);
    ASSERT_TRUE(executor.TrySubmit([&] {
      started.Add();
      release.WaitUntil(1);
      ran.Add();
    }));
    started.WaitUntil(1);
    for (int i = 0; i < 5; ++i) taken += executor.TrySubmit([&] { ran.Add(); }) ? 1 : 0;
    EXPECT_EQ(taken, 2);
    EXPECT_EQ(ran.count(), 0);
    release.Add();
  }
  EXPECT_EQ(ran.count(), 3);
}

TEST(ThreadPoolExecutor, RunsOnAllItsThreads) {
  Counter inside;
  ThreadPoolExecutor executor(2, 8);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(executor.TrySubmit([&] {
      inside.Add();
      inside.WaitUntil(2);
    }));
  }
  inside.WaitUntil(2);
}

}  // namespace
}  // namespace mrg
