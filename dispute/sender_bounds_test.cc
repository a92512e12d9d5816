#include "dispute/sender_bounds.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class SenderBoundsTest : public ::testing::Test {
 protected:
  // Result: how many of `count` filings are admitted at `now`.
  int Admitted(absl::string_view sender, int count, absl::Time now) {
    int admitted = 0;
    for (int i = 0; i < count; ++i) admitted += bounds_.Admit(Member(sender), now).ok() ? 1 : 0;
    return admitted;
  }
  // Stores `count` open disputes of the Delta's, or removes them.
  void Open(size_t count, bool present) {
    WriteSet writes;
    for (size_t i = 0; i < count; ++i) {
      const std::string key = RelayedPrefix(kDelta) + OrderedKey().U64(i).Take();
      if (present) {
        writes.Put(Keyspace::kDisputeIndex, key, "");
      } else {
        writes.Delete(Keyspace::kDisputeIndex, key);
      }
    }
    ASSERT_TRUE(store_.Commit(writes).committed());
  }

  MemoryStore store_;
  SenderBounds bounds_{&store_};
  const absl::Time now_ = SampleStart();
};

TEST_F(SenderBoundsTest, MemberFilesSoManyAtOnceAndThenOneASecond) {
  EXPECT_EQ(Admitted(kDelta, 300, now_), kRelayedFilingsAtOnceMax);
  EXPECT_EQ(ReasonOf(bounds_.Admit(Member(kDelta), now_)), Reason::kDisputesTooMany);
  EXPECT_EQ(Admitted(kDelta, 300, now_ + absl::Seconds(7)), 7);
  EXPECT_EQ(Admitted(kDelta, 300, now_ + absl::Hours(24)), kRelayedFilingsAtOnceMax);
}

TEST_F(SenderBoundsTest, MembersAreBoundedEachForItself) {
  Admitted(kDelta, 300, now_);

  EXPECT_EQ(Admitted(kHubMember, 300, now_), kRelayedFilingsAtOnceMax);
}

TEST_F(SenderBoundsTest, ClockThatStepsBackGivesNothing) {
  Admitted(kDelta, 300, now_);

  EXPECT_EQ(Admitted(kDelta, 300, now_ - absl::Hours(1)), 0);
  EXPECT_EQ(Admitted(kDelta, 300, now_ - absl::Hours(1) + absl::Seconds(2)), 2);
}

TEST_F(SenderBoundsTest, OpenDisputesAreBoundedUntilSomeAreClosed) {
  Open(kRelayedOpenDisputesMax - 2, true);
  EXPECT_EQ(Admitted(kDelta, 10, now_), 2);
  EXPECT_EQ(Admitted(kHubMember, 10, now_), 10);
  Open(5, false);

  // Neither at once, since counting costs, nor never.
  EXPECT_EQ(Admitted(kDelta, 10, now_ + kRelayedCountPeriod / 2), 0);
  EXPECT_EQ(Admitted(kDelta, 10, now_ + kRelayedCountPeriod * 2), 7);
}

}  // namespace
}  // namespace mrg
