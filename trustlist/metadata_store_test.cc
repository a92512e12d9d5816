#include "trustlist/metadata_store.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/in_force.h"

namespace mrg {
namespace {

class MetadataStoreTest : public ::testing::Test {
 protected:
  const MemberId member_ = *MemberId::Parse("hub");
  MemoryStore memory_;
  MetadataStore store_{&memory_};
};

TEST_F(MetadataStoreTest, NewestIsTheLastSavedAndNeverGoesBack) {
  ASSERT_TRUE(store_.Save(member_, "targets", 1, "one").ok());
  ASSERT_TRUE(store_.Save(member_, "targets", 3, "three").ok());

  EXPECT_EQ(ReasonOf(store_.Save(member_, "targets", 2, "two")), Reason::kMetadataRollback);

  EXPECT_EQ(*store_.Newest(member_, "targets"), "three");
  EXPECT_EQ(*store_.NewestVersion(member_, "targets"), 3);
  EXPECT_EQ(*store_.Read(member_, "targets", 1), "one");
  EXPECT_EQ(*store_.Read(member_, "targets", 2), std::nullopt);
  EXPECT_EQ(*store_.Newest(*MemberId::Parse("hub-2"), "targets"), std::nullopt);
}

TEST_F(MetadataStoreTest, TwoWritersAtOnceOneWins) {
  WriteSet mine;
  ASSERT_TRUE(store_.Stage(member_, "targets", 1, "mine", &mine).ok());
  ASSERT_TRUE(store_.Save(member_, "targets", 1, "theirs").ok());

  EXPECT_EQ(ReasonOf(store_.Commit(mine)), Reason::kStoreConflict);
  EXPECT_EQ(*store_.Newest(member_, "targets"), "theirs");
}

TEST_F(MetadataStoreTest, RootsAreAllKeptOthersTheLastThirtyTwo) {
  for (int version = 1; version <= 100; ++version) {
    ASSERT_TRUE(store_.Save(member_, "root", version, "r").ok());
    ASSERT_TRUE(store_.Save(member_, "timestamp", version, "t").ok());
  }
  EXPECT_EQ(*store_.Read(member_, "root", 1), "r");
  EXPECT_EQ(*store_.Read(member_, "timestamp", 67), std::nullopt);
  EXPECT_EQ(*store_.Read(member_, "timestamp", 68), "t");
}

TEST_F(MetadataStoreTest, ForgettingKeepsTheRootsAndOtherPublishers) {
  const MemberId other = *MemberId::Parse("hub-2");
  for (const char* role : {"root", "timestamp", "snapshot", "j-31"}) {
    ASSERT_TRUE(store_.Save(member_, role, 1, role).ok());
    ASSERT_TRUE(store_.Save(other, role, 1, role).ok());
  }

  WriteSet writes;
  ASSERT_TRUE(store_.StageForgetAllButRoot(member_, &writes).ok());
  ASSERT_TRUE(store_.Commit(writes).ok());

  EXPECT_EQ(*store_.Newest(member_, "root"), "root");
  EXPECT_EQ(*store_.Newest(member_, "timestamp"), std::nullopt);
  EXPECT_EQ(*store_.Newest(member_, "j-31"), std::nullopt);
  EXPECT_EQ(*store_.Newest(other, "timestamp"), "timestamp");
}

TEST_F(MetadataStoreTest, SetInForceNeverGoesBackUnderOneRoot) {
  InForceStore in_force(&memory_);
  const auto set = [this](int64_t root, int64_t timestamp) {
    return InForceSet{
        member_,
        {{"root", root, "r", absl::UnixEpoch()}, {"timestamp", timestamp, "t", absl::UnixEpoch()}},
        {{"31/issuers", std::string(32, 'x'), "j-31", 7, true}}};
  };
  ASSERT_TRUE(in_force.Commit(set(2, 5), {}).ok());

  EXPECT_EQ(ReasonOf(in_force.Commit(set(2, 4), {})), Reason::kMetadataRollback);
  EXPECT_EQ(ReasonOf(in_force.Commit(set(1, 9), {})), Reason::kMetadataRollback);
  EXPECT_TRUE(SameInForce(**in_force.Load(member_), set(2, 5)));
  EXPECT_TRUE(in_force.Commit(set(3, 1), {}).ok());
  EXPECT_NE((*in_force.Load(member_))->FindTarget("31/issuers"), nullptr);
  EXPECT_EQ((*in_force.Load(member_))->FindTarget("31/other"), nullptr);
}

}  // namespace
}  // namespace mrg
