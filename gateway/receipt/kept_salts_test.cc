#include "gateway/receipt/kept_salts.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kLog[] = "yangtze-delta/log-1";
const absl::Time kDecided = absl::FromUnixSeconds(1772000000);
const absl::Time kErased = kDecided + absl::Hours(1);

std::string SaltAt(uint64_t index) { return std::string(32, static_cast<char>('A' + index)); }

class KeptSaltsTest : public ::testing::Test {
 protected:
  void Keep(const std::string& log, uint64_t index, absl::Time decided_at) {
    WriteSet writes;
    KeepSalt(log, index, absl::ToUnixMicros(decided_at), SaltAt(index), &writes);
    ASSERT_TRUE(store_.Commit(writes).committed());
  }
  // Result: the indexes of the log whose salts are kept.
  std::vector<uint64_t> Kept(const std::string& log) {
    std::vector<uint64_t> kept;
    for (uint64_t index = 0; index < 20; ++index) {
      if (RecallSalt(store_, log, index).ok()) kept.push_back(index);
    }
    return kept;
  }
  std::vector<uint64_t> From(uint64_t first, uint64_t end) {
    std::vector<uint64_t> indexes;
    for (uint64_t index = first; index < end; ++index) indexes.push_back(index);
    return indexes;
  }

  MemoryStore store_;
};

using Threat = KeptSaltsTest;

TEST_F(KeptSaltsTest, SaltIsFoundByLogAndIndex) {
  Keep(kLog, 1, kDecided);

  EXPECT_EQ(*RecallSalt(store_, kLog, 1), SaltAt(1));
  EXPECT_EQ(ReasonOf(RecallSalt(store_, kLog, 2).status()), Reason::kSaltErased);
  EXPECT_EQ(ReasonOf(RecallSalt(store_, "yangtze-delta/log-2", 1).status()), Reason::kSaltErased);
}

TEST_F(Threat, R19_ErasedSaltIsNowhereInTheStoreAndTheOthersStay) {
  for (uint64_t index = 0; index < 3; ++index) Keep(kLog, index, kDecided);

  const auto erased = EraseSalt(store_, kLog, 1, "the holder asked", kErased);

  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->erased_at_us(), absl::ToUnixMicros(kErased));
  EXPECT_EQ(erased->because(), "the holder asked");
  EXPECT_THAT(store_.Dump(), Not(HasSubstr(SaltAt(1))));
  EXPECT_EQ(ReasonOf(RecallSalt(store_, kLog, 1).status()), Reason::kSaltErased);
  EXPECT_EQ(Kept(kLog), std::vector<uint64_t>({0, 2}));
}

TEST_F(KeptSaltsTest, SecondErasureSaysWhatTheFirstDecided) {
  Keep(kLog, 1, kDecided);
  ASSERT_TRUE(EraseSalt(store_, kLog, 1, "first", kErased).ok());
  const std::string before = store_.Dump();

  const auto again = EraseSalt(store_, kLog, 1, "second", kErased + absl::Hours(1));

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->erased_at_us(), absl::ToUnixMicros(kErased));
  EXPECT_EQ(again->because(), "first");
  EXPECT_EQ(store_.Dump(), before);
}

TEST_F(KeptSaltsTest, OfWhatIsForgottenNothingIsKeptByAnErasure) {
  const auto erased = EraseSalt(store_, kLog, 1, "because", kErased);

  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->erased_at_us(), 0);
  EXPECT_EQ(store_.Dump(), "");
}

TEST_F(KeptSaltsTest, ErasureThatIsNotDurableIsNotReported) {
  Keep(kLog, 1, kDecided);
  FaultyStore faulty(&store_);
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(EraseSalt(faulty, kLog, 1, "because", kErased).status()),
            Reason::kStoreUnavailable);

  EXPECT_EQ(*RecallSalt(store_, kLog, 1), SaltAt(1));
}

TEST_F(KeptSaltsTest, OldOnesAreForgottenInPartsOfTheLimit) {
  for (uint64_t index = 0; index < 8; ++index) {
    Keep(kLog, index, kDecided + absl::Hours(index));
  }
  ASSERT_TRUE(EraseSalt(store_, kLog, 2, "because", kErased).ok());

  EXPECT_EQ(*ForgetOldSalts(store_, kDecided, 100), 0u);
  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(5), 2), 2u);
  EXPECT_EQ(Kept(kLog), From(3, 8));
  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(5), 2), 2u);
  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(5), 2), 1u);
  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(5), 2), 0u);

  EXPECT_EQ(Kept(kLog), From(5, 8));
  EXPECT_THAT(store_.Dump(), Not(HasSubstr("because"))) << "what was decided goes as well";
}

TEST_F(KeptSaltsTest, WhatAClockThatWasAheadDatedDoesNotHoldUpTheRest) {
  Keep(kLog, 0, kDecided);
  Keep(kLog, 1, kDecided + absl::Hours(1000));
  Keep(kLog, 2, kDecided + absl::Hours(1));
  Keep(kLog, 3, kDecided + absl::Hours(3));

  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(2), 100), 3u);

  EXPECT_EQ(Kept(kLog), From(3, 4));
}

TEST_F(KeptSaltsTest, EachLogIsForgottenByItself) {
  Keep("m/log-10", 0, kDecided + absl::Hours(9));
  Keep("m/log-9", 1, kDecided);
  Keep("m/log-9", 2, kDecided + absl::Hours(8));
  Keep("m/log-8", 3, kDecided);

  EXPECT_EQ(*ForgetOldSalts(store_, kDecided + absl::Hours(1), 100), 2u);

  EXPECT_EQ(Kept("m/log-10"), From(0, 1));
  EXPECT_EQ(Kept("m/log-9"), From(2, 3));
  EXPECT_TRUE(Kept("m/log-8").empty());
  EXPECT_TRUE(EraseForgottenSalts(store_).ok());
  EXPECT_EQ(Kept("m/log-10"), From(0, 1));
  EXPECT_EQ(Kept("m/log-9"), From(2, 3));
}

TEST_F(KeptSaltsTest, RowThatIsNoSaltIsCorrupt) {
  Keep(kLog, 1, kDecided);
  WriteSet writes;
  writes.Put(Keyspace::kSalt, store_.Scan(Keyspace::kSalt, "", "", 1)->front().key, "\xff");
  ASSERT_TRUE(store_.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(RecallSalt(store_, kLog, 1).status()), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(EraseSalt(store_, kLog, 1, "because", kErased).status()),
            Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(ForgetOldSalts(store_, kErased, 10).status()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
