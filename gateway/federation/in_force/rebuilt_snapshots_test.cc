#include "gateway/federation/in_force/rebuilt_snapshots.h"

#include <map>
#include <thread>

#include "absl/synchronization/notification.h"
#include "gateway/base/reason.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::shared_ptr<const RecognitionSnapshot> SnapshotOf(absl::string_view id) {
  RecognitionSnapshot::Parts parts;
  parts.id = std::string(id);
  return std::make_shared<const RecognitionSnapshot>(std::move(parts));
}

class RebuiltSnapshotsTest : public ::testing::Test {
 protected:
  RebuiltSnapshotsTest()
      : rebuilt_(&current_, [this](absl::string_view id) {
          {
            MutexLock lock(mu_);
            ++builds_[std::string(id)];
          }
          if (during_build_) during_build_();
          return fails_
                     ? MakeError(Reason::kStoreUnavailable, "a test's")
                     : absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>>(SnapshotOf(id));
        }) {}

  int Builds(const std::string& id) {
    MutexLock lock(mu_);
    return builds_[id];
  }

  SetSnapshot current_;
  std::function<void()> during_build_;
  bool fails_ = false;
  Mutex mu_;
  std::map<std::string, int> builds_ ABSL_GUARDED_BY(mu_);
  RebuiltSnapshots rebuilt_;
};

using Threat = RebuiltSnapshotsTest;

TEST_F(Threat, S1_ASnapshotThatIsAskedForAgainAndAgainIsBuiltOnce) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ((*rebuilt_.Of("a"))->id(), "a");
  EXPECT_EQ(Builds("a"), 1);
}

TEST_F(Threat, S1_TheLastFewAreKept) {
  for (const char* id : {"a", "b", "c", "d"}) ASSERT_TRUE(rebuilt_.Of(id).ok());
  ASSERT_TRUE(rebuilt_.Of("a").ok());
  ASSERT_TRUE(rebuilt_.Of("e").ok()) << "in place of b, which was asked for the longest ago";
  ASSERT_TRUE(rebuilt_.Of("a").ok());
  ASSERT_TRUE(rebuilt_.Of("b").ok());
  EXPECT_EQ(Builds("a"), 1);
  EXPECT_EQ(Builds("b"), 2);
}

TEST_F(Threat, S1_NoMoreThanAFewAreBuiltAtOnce) {
  // Each build asks for the next one, as if callers came meanwhile.
  std::vector<std::string> next = {"c", "b"};
  absl::Status third;
  during_build_ = [&] {
    if (next.empty()) return;
    const std::string id = next.back();
    next.pop_back();
    const absl::Status asked = rebuilt_.Of(id).status();
    if (!asked.ok()) third = asked;
  };

  EXPECT_TRUE(rebuilt_.Of("a").ok());

  EXPECT_EQ(ReasonOf(third), Reason::kOverloaded);
  EXPECT_EQ(Builds("b"), 1);
  EXPECT_EQ(Builds("c"), 0);
  EXPECT_TRUE(rebuilt_.Of("c").ok()) << "when there is room again";
}

TEST_F(RebuiltSnapshotsTest, WhoAsksForWhatIsBeingBuiltGetsThatOne) {
  absl::Notification begun;
  absl::Notification go_on;
  during_build_ = [&] {
    begun.Notify();
    go_on.WaitForNotification();
  };
  std::thread first([&] { EXPECT_TRUE(rebuilt_.Of("a").ok()); });
  begun.WaitForNotification();
  std::thread second([&] { EXPECT_TRUE(rebuilt_.Of("a").ok()); });
  go_on.Notify();
  first.join();
  second.join();
  EXPECT_EQ(Builds("a"), 1);
}

TEST_F(RebuiltSnapshotsTest, WhatIsInForceIsNotBuiltAndAFailureIsNotKept) {
  current_.Publish(SnapshotOf("now"));
  EXPECT_EQ(*rebuilt_.Of("now"), current_.Current());
  EXPECT_EQ(Builds("now"), 0);

  fails_ = true;
  EXPECT_EQ(ReasonOf(rebuilt_.Of("a").status()), Reason::kStoreUnavailable);
  fails_ = false;
  EXPECT_TRUE(rebuilt_.Of("a").ok());
}

}  // namespace
}  // namespace mrg
