#include "trustlist/store/content_budget.h"

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class ContentBudgetTest : public ::testing::Test {
 protected:
  Reason Refused(const MemberId& member, uint64_t bytes, absl::Time now = kNow) {
    return *ReasonOf(budget_.Spend(member, bytes, now));
  }
  bool Taken(const MemberId& member, uint64_t bytes, absl::Time now = kNow) {
    return budget_.Spend(member, bytes, now).ok();
  }

  const MemberId delta_ = *MemberId::Parse("yangtze-delta");
  const MemberId chuanyu_ = *MemberId::Parse("sichuan-chongqing");
  const MemberId hub_ = *MemberId::Parse("hub");
  MemoryStore store_;
  ContentBudget budget_{&store_, {1000, 100, 2500}};
};

using Threat = ContentBudgetTest;

TEST_F(Threat, M8_AMemberBringsSoMuchAtOnceAndMoreAsDaysGoBy) {
  EXPECT_TRUE(Taken(delta_, 900));
  EXPECT_EQ(Refused(delta_, 101), Reason::kMetadataTooLong);
  EXPECT_TRUE(Taken(delta_, 100)) << "what was refused is not counted";
  EXPECT_EQ(Refused(delta_, 1), Reason::kMetadataTooLong);
  EXPECT_TRUE(Taken(delta_, 150, kNow + absl::Hours(36)));
  EXPECT_EQ(Refused(delta_, 1, kNow + absl::Hours(36)), Reason::kMetadataTooLong);
}

TEST_F(Threat, M8_AllMembersTogetherBringNoMoreThanTheirBound) {
  EXPECT_TRUE(Taken(delta_, 1000));
  EXPECT_TRUE(Taken(chuanyu_, 1000));
  EXPECT_EQ(Refused(hub_, 501), Reason::kMetadataTooLong);
  EXPECT_TRUE(Taken(hub_, 500));
}

TEST_F(ContentBudgetTest, AClockThatStepsBackAndForthForgetsNothing) {
  ASSERT_TRUE(Taken(delta_, 1000));
  EXPECT_EQ(Refused(delta_, 1, kNow - absl::Hours(48)), Reason::kMetadataTooLong);
  EXPECT_TRUE(Taken(delta_, 100, kNow + absl::Hours(24)));
  EXPECT_FALSE(Taken(delta_, 1, kNow));
  EXPECT_FALSE(Taken(delta_, 1, kNow + absl::Hours(24)));
}

TEST_F(ContentBudgetTest, MoreThanAnyNumberCanCountIsRefused) {
  EXPECT_EQ(Refused(delta_, UINT64_MAX), Reason::kMetadataTooLong);
  ASSERT_TRUE(Taken(delta_, 1));
  EXPECT_EQ(Refused(delta_, UINT64_MAX), Reason::kMetadataTooLong);
}

}  // namespace
}  // namespace mrg
