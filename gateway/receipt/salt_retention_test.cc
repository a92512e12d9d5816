#include "gateway/receipt/salt_retention.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLog[] = "yangtze-delta/log-1";
const absl::Time kDecided = absl::FromUnixSeconds(1772000000);
constexpr absl::Duration kKeep = absl::Hours(24 * 30);
constexpr absl::Duration kStart = absl::Hours(5);

// A store in memory that counts how often its files were to be written anew.
class CountingStore : public MemoryStore {
 public:
  absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                            absl::string_view end) override {
    if (is_ending) return MakeError(Reason::kStoreUnavailable, "the process is about to end");
    ++erasures;
    return MemoryStore::EraseDeleted(keyspace, begin, end);
  }
  void EndErasing() override { is_ending = true; }
  int erasures = 0;
  bool is_ending = false;
};

class SaltRetentionTest : public ::testing::Test {
 protected:
  // Keeps `count` further salts, decided at `at`.
  void Keep(size_t count, absl::Time at) {
    WriteSet writes;
    for (size_t i = 0; i < count; ++i) {
      KeepSalt(kLog, next_++, absl::ToUnixMicros(at), std::string(32, 's'), &writes);
    }
    ASSERT_TRUE(store_.Commit(writes).committed());
  }
  size_t Kept() { return store_.Scan(Keyspace::kSalt, "", "", 1 << 20)->size(); }

  CountingStore store_;
  KeptEvents events_;
  SaltRetention retention_{kKeep, &store_, &events_};
  uint64_t next_ = 0;
};

using Threat = SaltRetentionTest;

TEST_F(Threat, R19_SaltsGoWhenTheirTimeHasPassed) {
  Keep(3, kDecided);
  Keep(2, kDecided + absl::Hours(1));

  retention_.RunOnce(kDecided + kKeep, kStart);
  EXPECT_EQ(Kept(), 5u);
  retention_.RunOnce(kDecided + kKeep + absl::Microseconds(1), kStart);
  EXPECT_EQ(Kept(), 2u);
  retention_.RunOnce(kDecided + kKeep + absl::Hours(2), kStart);
  EXPECT_EQ(Kept(), 0u);
}

TEST_F(SaltRetentionTest, FilesAreWrittenAnewAtTheFirstTurnAndThenOnceInAnHour) {
  Keep(1, kDecided);
  const absl::Time now = kDecided + 2 * kKeep;
  retention_.RunOnce(now, kStart);
  EXPECT_EQ(store_.erasures, 1);
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("salts_past_retention"), HasSubstr("\"salts\":1"))));

  retention_.RunOnce(now, kStart + absl::Hours(2));
  EXPECT_EQ(store_.erasures, 1) << "nothing was forgotten";
  Keep(2, kDecided);
  retention_.RunOnce(now, kStart + absl::Hours(3));
  Keep(2, kDecided);
  retention_.RunOnce(now, kStart + absl::Hours(4) - absl::Seconds(1));
  EXPECT_EQ(Kept(), 0u);
  EXPECT_EQ(store_.erasures, 1);
  retention_.RunOnce(now, kStart + absl::Hours(4));

  EXPECT_EQ(store_.erasures, 2);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"salts\":4")));
}

TEST_F(SaltRetentionTest, ATurnForgetsABoundedPartAndTheNextOnesTheRest) {
  Keep(kSaltsInOneTurn + 10, kDecided);
  const absl::Time now = kDecided + 2 * kKeep;

  retention_.RunOnce(now, kStart);
  EXPECT_EQ(Kept(), 10u);
  EXPECT_EQ(store_.erasures, 0);
  retention_.RunOnce(now, kStart);

  EXPECT_EQ(Kept(), 0u);
  EXPECT_EQ(store_.erasures, 1);
}

TEST_F(Threat, N10_R19_WhatAStopLeftInFilesIsErasedByTheNextTurnOrTheNextStart) {
  const absl::Time now = kDecided + 2 * kKeep;
  Keep(1, kDecided);
  store_.EndErasing();
  retention_.RunOnce(now, kStart);
  EXPECT_EQ(Kept(), 0u);
  EXPECT_EQ(store_.erasures, 0);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("salt_erasure_failed")));
  store_.is_ending = false;

  SaltRetention(kKeep, &store_, &events_).RunOnce(now, absl::ZeroDuration());
  EXPECT_EQ(store_.erasures, 1);
  EXPECT_THAT(events_.Take(), IsEmpty()) << "it forgot nothing itself";

  retention_.RunOnce(now, kStart + absl::Seconds(1));
  EXPECT_EQ(store_.erasures, 2);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"salts\":1")));
}

TEST_F(SaltRetentionTest, FailureIsToldWhenItBeginsAndTriedAgain) {
  Keep(1, kDecided);
  FaultyStore faulty(&store_);
  SaltRetention retention(kKeep, &faulty, &events_);
  const absl::Time now = kDecided + 2 * kKeep;
  faulty.Crash();
  retention.RunOnce(now, kStart);
  retention.RunOnce(now, kStart);
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("salt_erasure_failed"), HasSubstr("STORE_UNAVAILABLE"))));
  faulty.Restart();

  retention.RunOnce(now, kStart);

  EXPECT_EQ(Kept(), 0u);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("salts_past_retention")));
  retention.RunOnce(now, kStart);
  EXPECT_THAT(events_.Take(), IsEmpty());
}

}  // namespace
}  // namespace mrg
