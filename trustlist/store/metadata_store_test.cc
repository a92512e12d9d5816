#include "trustlist/store/metadata_store.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/store/in_force.h"

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
  ASSERT_TRUE(store_.Stage(member_, "targets", 1, "mine", NewestRow(), &mine).ok());
  ASSERT_TRUE(store_.Save(member_, "targets", 1, "theirs").ok());

  EXPECT_EQ(ReasonOf(store_.Commit(mine)), Reason::kStoreConflict);
  EXPECT_EQ(*store_.Newest(member_, "targets"), "theirs");
}

TEST_F(MetadataStoreTest, RootsAreAllKeptOthersTheLastThirtyTwo) {
  for (int version = 1; version <= 100; ++version) {
    ASSERT_TRUE(store_.Save(member_, "root", version, "r").ok());
    ASSERT_TRUE(store_.Save(member_, "targets", version, "t").ok());
  }
  EXPECT_EQ(*store_.Read(member_, "root", 1), "r");
  EXPECT_EQ(*store_.Read(member_, "targets", 67), std::nullopt);
  EXPECT_EQ(*store_.Read(member_, "targets", 68), "t");
}

TEST_F(MetadataStoreTest, A06_WhatWasComputedFromAnEarlierRowIsNotWritten) {
  ASSERT_TRUE(store_.Save(member_, "targets", 1, "one").ok());
  const NewestRow read = *store_.ReadNewestRow(member_, "targets");
  ASSERT_TRUE(store_.Save(member_, "targets", 2, "theirs").ok());

  WriteSet writes;
  ASSERT_TRUE(store_.Stage(member_, "targets", 2, "mine", read, &writes).ok());

  EXPECT_EQ(ReasonOf(store_.Commit(writes)), Reason::kStoreConflict);
  EXPECT_EQ(*store_.Newest(member_, "targets"), "theirs");
}

TEST_F(MetadataStoreTest, ForgettingIsOneRowAndKeepsTheRootsAndOtherPublishers) {
  const MemberId other = *MemberId::Parse("hub-2");
  for (const char* role : {"root", "snapshot", "j-31"}) {
    for (int version = 1; version <= 40; ++version) {
      ASSERT_TRUE(store_.Save(member_, role, version, role).ok());
      ASSERT_TRUE(store_.Save(other, role, version, role).ok());
    }
  }

  WriteSet writes;
  ASSERT_TRUE(store_.StageForget(member_, Forgets::kTrust, &writes).ok());
  EXPECT_EQ(writes.writes().size(), 1u);
  ASSERT_TRUE(store_.Commit(writes).ok());

  EXPECT_EQ(*store_.Newest(member_, "root"), "root");
  EXPECT_EQ(*store_.Newest(member_, "snapshot"), std::nullopt);
  EXPECT_EQ(*store_.NewestVersion(member_, "j-31"), 0);
  EXPECT_EQ(*store_.Newest(other, "snapshot"), "snapshot");
  EXPECT_TRUE(store_.Save(member_, "j-31", 2, "set back").ok());
  EXPECT_EQ(*store_.Newest(member_, "j-31"), "set back");
}

TEST_F(MetadataStoreTest, WhatWasForgottenIsDroppedAndNothingElse) {
  const MemberId other = *MemberId::Parse("hub-2");
  for (int version = 1; version <= 80; ++version) {
    for (const char* role : {"root", "j-31", "j-32", "snapshot"}) {
      ASSERT_TRUE(store_.Save(member_, role, version, role).ok());
      ASSERT_TRUE(store_.Save(other, role, version, role).ok());
    }
  }
  WriteSet writes;
  ASSERT_TRUE(store_.StageForget(member_, Forgets::kTrust, &writes).ok());
  ASSERT_TRUE(store_.Commit(writes).ok());
  ASSERT_TRUE(store_.Save(member_, "j-32", 7, "new").ok());

  ASSERT_TRUE(store_.DropForgotten(member_).ok());

  EXPECT_EQ(*store_.Read(member_, "j-31", 80), std::nullopt);
  EXPECT_EQ(*store_.Read(member_, "snapshot", 80), std::nullopt);
  EXPECT_EQ(*store_.Newest(member_, "j-32"), "new");
  EXPECT_EQ(store_.RootChain(member_)->size(), 80u);
  EXPECT_EQ(*store_.Newest(other, "j-31"), "j-31");
}

TEST_F(MetadataStoreTest, SetInForceNeverGoesBackUnderOneRoot) {
  InForceStore in_force(&memory_);
  const auto set = [this](int64_t root, int64_t timestamp) {
    return InForceSet{
        member_,
        {{"root", root, "r", absl::UnixEpoch()}, {"timestamp", timestamp, "t", absl::UnixEpoch()}},
        {{"31/issuers", std::string(32, 'x'), "j-31", 7, true}}};
  };
  const auto commit = [&](const InForceSet& next) {
    const auto row = *in_force.LoadRow(member_);
    return in_force.Commit(
        next, row.has_value() ? std::optional<uint64_t>(row->version) : std::nullopt, {});
  };
  ASSERT_TRUE(commit(set(2, 5)).ok());

  EXPECT_EQ(ReasonOf(commit(set(2, 4))), Reason::kMetadataRollback);
  EXPECT_EQ(ReasonOf(commit(set(1, 9))), Reason::kMetadataRollback);
  InForceSet other = set(2, 5);
  other.roles[1].signed_sha256 = "u";
  EXPECT_EQ(ReasonOf(commit(other)), Reason::kMetadataMismatch);
  EXPECT_TRUE(SameInForce(**in_force.Load(member_), set(2, 5)));
  EXPECT_TRUE(commit(set(3, 1)).ok());
  EXPECT_NE((*in_force.Load(member_))->FindTarget("31/issuers"), nullptr);
  EXPECT_EQ((*in_force.Load(member_))->FindTarget("31/other"), nullptr);
}

}  // namespace
}  // namespace mrg
