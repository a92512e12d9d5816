#include "gateway/storage/testing/faulty_store.h"

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;

class FaultyStoreTest : public testing::Test {
 protected:
  CommitResult Put(absl::string_view key) {
    WriteSet set;
    set.Put(Keyspace::kSalt, key, "v");
    return faulty_.Commit(set);
  }
  bool Stored(absl::string_view key) { return memory_.Get(Keyspace::kSalt, key)->has_value(); }

  MemoryStore memory_;
  FaultyStore faulty_{&memory_};
};

TEST_F(FaultyStoreTest, TheNthCommitIsLostAndTheNextOneWorks) {
  faulty_.FailCommit(2, Fault::kErrorAndLost);

  EXPECT_TRUE(Put("1").committed());
  EXPECT_FALSE(faulty_.fault_fired());
  EXPECT_EQ(Put("2").outcome, CommitResult::kUnknown);
  EXPECT_TRUE(faulty_.fault_fired());
  EXPECT_TRUE(Put("3").committed());

  EXPECT_TRUE(Stored("1"));
  EXPECT_FALSE(Stored("2"));
  EXPECT_TRUE(Stored("3"));
  EXPECT_EQ(faulty_.commit_count(), 3);
}

TEST_F(FaultyStoreTest, ErrorButPersistedIsUnknownToTheCallerAndStored) {
  faulty_.FailCommit(1, Fault::kErrorButPersisted);

  const CommitResult result = Put("1");

  EXPECT_EQ(result.outcome, CommitResult::kUnknown);
  EXPECT_EQ(ReasonOf(result.status), Reason::kStoreUnavailable);
  EXPECT_TRUE(Stored("1"));
}

TEST_F(FaultyStoreTest, AfterACrashEveryCallFailsUntilRestart) {
  for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter}) {
    const std::string key = fault == Fault::kCrashBefore ? "before" : "after";
    faulty_.FailCommit(1, fault);

    EXPECT_EQ(Put(key).outcome, CommitResult::kUnknown);

    EXPECT_EQ(Put("later").outcome, CommitResult::kUnknown);
    EXPECT_EQ(ReasonOf(faulty_.Get(Keyspace::kSalt, "x").status()), Reason::kStoreUnavailable);
    EXPECT_FALSE(faulty_.Scan(Keyspace::kSalt, "", "", 1).ok());
    const std::vector<std::string> keys = {"x"};
    EXPECT_EQ(ReasonOf(faulty_.GetMany(Keyspace::kSalt, keys).status()), Reason::kStoreUnavailable);
    EXPECT_FALSE(faulty_.Snapshot()->GetMany(Keyspace::kSalt, keys).ok());
    EXPECT_FALSE(faulty_.Snapshot()->Get(Keyspace::kSalt, "x").ok());
    faulty_.Restart();
    EXPECT_TRUE(faulty_.Get(Keyspace::kSalt, "x").ok());
  }
  EXPECT_FALSE(Stored("before"));
  EXPECT_TRUE(Stored("after"));
  EXPECT_FALSE(Stored("later"));
}

TEST_F(FaultyStoreTest, AfterAFailedSyncReadsWorkAndCommitsAreRefused) {
  faulty_.FailCommit(1, Fault::kSyncFailed);

  EXPECT_EQ(Put("1").outcome, CommitResult::kUnknown);

  EXPECT_EQ(Put("2").outcome, CommitResult::kUnknown);
  EXPECT_TRUE(faulty_.Get(Keyspace::kSalt, "1").ok());
  EXPECT_FALSE(Stored("1"));
  EXPECT_FALSE(Stored("2"));
}

TEST_F(FaultyStoreTest, ALateAnswerComesAfterTheCommitIsVisibleToOthers) {
  bool seen = false;
  faulty_.AnswerLate(1, [&] { seen = Stored("1"); });

  EXPECT_TRUE(Put("1").committed());

  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace mrg
