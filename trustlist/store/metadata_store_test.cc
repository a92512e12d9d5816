#include "trustlist/store/metadata_store.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/repository/repository_editor.h"
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

std::string Timestamp(int64_t version, absl::Time expires) {
  return MakeTimestamp({1, "a snapshot"}, std::nullopt, version, expires).Bytes();
}

TEST_F(MetadataStoreTest, M06_TimestampsAreKeptForAMonth) {
  const absl::Time start = absl::FromUnixSeconds(1795478400);
  for (int day = 0; day <= 40; ++day) {
    const int64_t version = day + 1;
    ASSERT_TRUE(
        store_
            .Save(member_, "timestamp", version, Timestamp(version, start + day * absl::Hours(24)))
            .ok());
  }
  EXPECT_EQ(*store_.Read(member_, "timestamp", 9), std::nullopt);
  EXPECT_NE(*store_.Read(member_, "timestamp", 10), std::nullopt);
}

TEST_F(MetadataStoreTest, M06_AMonthsTimestampsAreNeverMoreThanFiftyThousandAndPrunedAFewAtOnce) {
  const absl::Time start = absl::FromUnixSeconds(1795478400);
  for (int version = 1; version <= 100; ++version) {
    ASSERT_TRUE(store_.Save(member_, "timestamp", version, Timestamp(version, start)).ok());
  }
  const int64_t far = kKeptTimestamps + 90;

  WriteSet writes;
  ASSERT_TRUE(store_
                  .Stage(member_, "timestamp", far, Timestamp(far, start),
                         *store_.ReadNewestRow(member_, "timestamp"), &writes)
                  .ok());
  EXPECT_LE(writes.writes().size(), 20u);
  ASSERT_TRUE(store_.Commit(writes).ok());
  for (int i = 1; i <= 10; ++i) {
    ASSERT_TRUE(store_.Save(member_, "timestamp", far + i, Timestamp(far + i, start)).ok());
  }

  EXPECT_EQ(*store_.Read(member_, "timestamp", 99), std::nullopt);
  EXPECT_NE(*store_.Read(member_, "timestamp", 100), std::nullopt);
}

TEST_F(MetadataStoreTest, A06_AVersionOfRootOrTimestampIsNeverReplacedByOtherContent) {
  const absl::Time start = absl::FromUnixSeconds(1795478400);
  ASSERT_TRUE(store_.Save(member_, "timestamp", 7, Timestamp(7, start)).ok());

  EXPECT_EQ(ReasonOf(store_.Save(member_, "timestamp", 7, Timestamp(7, start + absl::Seconds(1)))),
            Reason::kMetadataMismatch);
  EXPECT_TRUE(store_.Save(member_, "timestamp", 7, Timestamp(7, start)).ok());
  EXPECT_EQ(*store_.Newest(member_, "timestamp"), Timestamp(7, start));
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
