#include "trustlist/store/timestamp_history.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

const char kKeys[] = "the first keys";
const char kOtherKeys[] = "the keys after them";

std::string Timestamp(int64_t version, absl::Time expires) {
  return MakeTimestamp({1, "a snapshot"}, std::nullopt, version, expires).Bytes();
}

class TimestampHistoryTest : public ::testing::Test {
 protected:
  absl::Status Save(int64_t version, absl::Time expires, absl::string_view keys = kKeys) {
    return store_.SaveTimestamp(member_, keys, version, Timestamp(version, expires), expires);
  }
  absl::Status Save(int64_t version) { return Save(version, kStart); }
  void Forget(Forgets forgets = Forgets::kTrust) {
    WriteSet writes;
    ASSERT_TRUE(store_.StageForget(member_, forgets, &writes).ok());
    EXPECT_EQ(writes.writes().size(), 1u);
    ASSERT_TRUE(store_.Commit(writes).ok());
  }
  bool IsKept(int64_t version) { return store_.Read(member_, "timestamp", version)->has_value(); }
  bool IsKept(uint64_t chain, int64_t version) {
    return history_.Read(member_, chain, version)->has_value();
  }

  const MemberId member_ = *MemberId::Parse("hub");
  MemoryStore memory_;
  MetadataStore store_{&memory_};
  TimestampHistory history_{&memory_};
};

TEST_F(TimestampHistoryTest, M06_TimestampsAreKeptForAMonth) {
  for (int day = 0; day <= 40; ++day) {
    ASSERT_TRUE(Save(day + 1, kStart + day * absl::Hours(24)).ok());
  }
  EXPECT_FALSE(IsKept(9));
  EXPECT_TRUE(IsKept(10));
}

TEST_F(TimestampHistoryTest, M06_NeverMoreThanFiftyThousandAreKeptAndAFewPrunedAtOnce) {
  for (int version = 1; version <= 100; ++version) ASSERT_TRUE(Save(version).ok());
  const int64_t far = kKeptTimestamps + 90;

  WriteSet writes;
  ASSERT_TRUE(store_
                  .StageTimestamp(member_, kKeys, far, Timestamp(far, kStart),
                                  *store_.ReadNewestRow(member_, "timestamp"), kStart, &writes)
                  .ok());
  EXPECT_LE(writes.writes().size(), 20u);
  ASSERT_TRUE(store_.Commit(writes).ok());
  for (int i = 1; i <= 10; ++i) ASSERT_TRUE(Save(far + i).ok());

  EXPECT_FALSE(IsKept(99));
  EXPECT_TRUE(IsKept(100));
}

TEST_F(TimestampHistoryTest, M06_ARangeEndsAtItsLastVersionAtAGapAndAtItsBounds) {
  ASSERT_TRUE(Save(2).ok());
  std::vector<std::string> files;
  for (int version = 4; version <= 200; ++version) files.push_back(absl::StrCat("file ", version));
  ASSERT_TRUE(history_.KeepEarlier(member_, kKeys, 4, files).ok());
  const auto read = [this](int64_t first, int64_t last, size_t count, size_t bytes) {
    return *history_.ReadRange(member_, first, last, count, bytes);
  };

  EXPECT_EQ(read(4, INT64_MAX, 1000, 1 << 20), files);
  EXPECT_EQ(read(4, 199, 1000, 1 << 20).size(), 196u);
  EXPECT_EQ(read(4, 199, 64, 1 << 20).size(), 64u);
  EXPECT_EQ(read(4, 199, 65, 1 << 20).back(), "file 68");
  EXPECT_EQ(read(4, 199, 1000, 13).size(), 2u);  // 6 bytes each
  EXPECT_EQ(read(4, 199, 1000, 1).size(), 1u);
  EXPECT_EQ(read(2, 199, 1000, 1 << 20).size(), 1u);
  EXPECT_TRUE(read(3, 199, 1000, 1 << 20).empty());
  EXPECT_TRUE(read(5, 4, 1000, 1 << 20).empty());
  // Of an ended chain nothing is given as if it led on.
  ASSERT_TRUE(Save(1, kStart, kOtherKeys).ok());
  EXPECT_TRUE(read(4, 199, 1000, 1 << 20).empty());
}

TEST_F(TimestampHistoryTest, A06_AVersionIsNeverGivenOtherContentWithinAChain) {
  ASSERT_TRUE(Save(7).ok());

  EXPECT_EQ(ReasonOf(Save(7, kStart + absl::Seconds(1))), Reason::kMetadataMismatch);
  EXPECT_EQ(ReasonOf(Save(6)), Reason::kMetadataRollback);
  EXPECT_TRUE(Save(7).ok());
  EXPECT_EQ(*store_.Newest(member_, "timestamp"), Timestamp(7, kStart));
}

// A member that showed two histories does not take the proof away by another key.
TEST_F(TimestampHistoryTest, T08_ForgettingEndsTheChainAndKeepsIt) {
  for (int version = 1; version <= 5; ++version) ASSERT_TRUE(Save(version).ok());

  Forget();

  EXPECT_EQ(*store_.Newest(member_, "timestamp"), std::nullopt);
  EXPECT_EQ(*store_.NewestVersion(member_, "timestamp"), 0);
  EXPECT_TRUE(IsKept(5));
  // Versions may begin anew, and neither content takes the place of the other.
  ASSERT_TRUE(Save(1, kStart + absl::Seconds(1), kOtherKeys).ok());
  EXPECT_EQ(*store_.Newest(member_, "timestamp"), Timestamp(1, kStart + absl::Seconds(1)));
  EXPECT_EQ(*history_.Read(member_, 0, 1), Timestamp(1, kStart));
  const auto chains = *history_.Chains(member_);
  ASSERT_EQ(chains.size(), 2u);
  EXPECT_EQ(chains[0].keys_sha256, kKeys);
  EXPECT_EQ(chains[0].first, 1);
  EXPECT_EQ(chains[0].last, 5);
  EXPECT_EQ(chains[1].keys_sha256, kOtherKeys);
  EXPECT_EQ(chains[1].first, 1);
  EXPECT_EQ(chains[1].last, 1);
}

// The own repository forgets nothing, and other keys begin a chain all the same.
TEST_F(TimestampHistoryTest, OtherKeysBeginAChain) {
  ASSERT_TRUE(Save(9).ok());

  EXPECT_TRUE(Save(1, kStart, kOtherKeys).ok());

  EXPECT_EQ(*store_.NewestVersion(member_, "timestamp"), 1);
  EXPECT_TRUE(IsKept(0, 9));
}

// The number of a jump after other keys is the publisher's to choose; it does not count as many
// timestamps.
TEST_F(TimestampHistoryTest, T08_AJumpAfterAnEndedChainPrunesNothing) {
  ASSERT_TRUE(Save(7).ok());
  Forget();

  ASSERT_TRUE(Save(int64_t{1} << 50).ok());

  EXPECT_TRUE(IsKept(0, 7));
}

// What the publisher states of the end of a timestamp would otherwise prune what it showed before.
TEST_F(TimestampHistoryTest, T08_ATimestampThatEndsFarAwayPrunesNothing) {
  ASSERT_TRUE(Save(7).ok());
  const std::string far = Timestamp(8, kStart + absl::Hours(24 * 3650));

  ASSERT_TRUE(store_.SaveTimestamp(member_, kKeys, 8, far, kStart).ok());

  EXPECT_TRUE(IsKept(7));
}

TEST_F(TimestampHistoryTest, M06_AClockThatStepsPrunesNothing) {
  ASSERT_TRUE(Save(7).ok());

  ASSERT_TRUE(
      store_.SaveTimestamp(member_, kKeys, 8, Timestamp(8, kStart), kStart + absl::Hours(24 * 3650))
          .ok());

  EXPECT_TRUE(IsKept(7));
}

TEST_F(TimestampHistoryTest, TheBoundIsOverAllChains) {
  for (int version = 1; version <= 3; ++version) ASSERT_TRUE(Save(version).ok());
  Forget();
  ASSERT_TRUE(Save(1, kStart, kOtherKeys).ok());
  EXPECT_TRUE(IsKept(0, 1));

  // After version 1 of the first chain came 2 of it, and these.
  ASSERT_TRUE(Save(kKeptTimestamps - 2, kStart, kOtherKeys).ok());
  EXPECT_TRUE(IsKept(0, 1));
  ASSERT_TRUE(Save(kKeptTimestamps - 1, kStart, kOtherKeys).ok());

  EXPECT_FALSE(IsKept(0, 1));
  EXPECT_TRUE(IsKept(0, 2));
}

TEST_F(TimestampHistoryTest, OfVeryManyChainsTheNewestStay) {
  for (size_t i = 0; i <= kEndedChainsMax + 1; ++i) {
    ASSERT_TRUE(Save(1).ok());
    Forget();
  }

  EXPECT_EQ(history_.Chains(member_)->size(), kEndedChainsMax + 1);
  EXPECT_FALSE(IsKept(0, 1));
  EXPECT_TRUE(IsKept(1, 1));
}

// No root leads to the keys of a chain before another first root.
TEST_F(TimestampHistoryTest, TrustBegunAnewEndsTheHistoryAFewRowsAtOnce) {
  for (int version = 1; version <= 40; ++version) ASSERT_TRUE(Save(version).ok());

  Forget(Forgets::kTrustAndHistory);

  EXPECT_TRUE(history_.Chains(member_)->empty());
  EXPECT_FALSE(IsKept(40));
  for (int version = 1; version <= 3; ++version) ASSERT_TRUE(Save(version).ok());
  for (int version = 1; version <= 40; ++version) EXPECT_FALSE(IsKept(0, version)) << version;
  EXPECT_EQ(history_.Chains(member_)->front().serial, 1u);
}

TEST_F(TimestampHistoryTest, AnEarlierOneIsKeptOnceAndOnlyOfTheChainThatGoesOn) {
  ASSERT_TRUE(Save(2).ok());

  ASSERT_TRUE(history_.KeepEarlier(member_, kKeys, 4, std::vector<std::string>{"between"}).ok());
  ASSERT_TRUE(history_.KeepEarlier(member_, kKeys, 4, std::vector<std::string>{"another"}).ok());
  ASSERT_TRUE(
      history_.KeepEarlier(member_, kOtherKeys, 5, std::vector<std::string>{"of other keys"}).ok());
  EXPECT_EQ(*history_.Read(member_, 0, 4), "between");
  EXPECT_FALSE(IsKept(5));

  Forget();
  ASSERT_TRUE(
      history_.KeepEarlier(member_, kKeys, 6, std::vector<std::string>{"of an ended chain"}).ok());
  EXPECT_FALSE(IsKept(6));
}

TEST_F(TimestampHistoryTest, WhatWasComputedBeforeTheForgettingIsNotWritten) {
  ASSERT_TRUE(Save(2).ok());
  WriteSet late;
  ASSERT_TRUE(store_
                  .StageTimestamp(member_, kKeys, 3, Timestamp(3, kStart),
                                  *store_.ReadNewestRow(member_, "timestamp"), kStart, &late)
                  .ok());
  Forget();

  EXPECT_EQ(ReasonOf(store_.Commit(late)), Reason::kStoreConflict);
  EXPECT_EQ(*store_.Newest(member_, "timestamp"), std::nullopt);
}

}  // namespace
}  // namespace mrg
