#include "gateway/daemon/commit_watch.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(CommitWatch, N04_ACommitThatDoesNotEndHangs) {
  CommitWatch watch;
  EXPECT_FALSE(watch.Hangs(7, absl::Seconds(100)));
  EXPECT_FALSE(watch.Hangs(7, absl::Seconds(105) - absl::Nanoseconds(1)));
  EXPECT_TRUE(watch.Hangs(7, absl::Seconds(105)));
  EXPECT_FALSE(watch.Hangs(8, absl::Seconds(106))) << "the next one began";
  EXPECT_TRUE(watch.Hangs(8, absl::Seconds(111)));
  EXPECT_FALSE(watch.Hangs(0, absl::Seconds(111)));
}

TEST(CommitWatch, AStoreAtRestNeverHangs) {
  CommitWatch watch;
  EXPECT_FALSE(watch.Hangs(0, absl::Seconds(1)));
  EXPECT_FALSE(watch.Hangs(0, absl::Hours(1)));
}

}  // namespace
}  // namespace mrg
