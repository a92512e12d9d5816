#include "gateway/storage/testing/store_conformance.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using namespace std::string_literals;

constexpr Keyspace kSpace = Keyspace::kDisputeQueue;
constexpr Keyspace kOther = Keyspace::kDisputeEvent;

WriteSet PutOf(absl::string_view key, absl::string_view value) {
  WriteSet set;
  set.Put(kSpace, key, value);
  return set;
}

std::string ValueOf(const StoreReader& reader, absl::string_view key) {
  const auto row = reader.Get(kSpace, key);
  EXPECT_TRUE(row.ok()) << row.status();
  return row.ok() && row->has_value() ? (*row)->value : "<absent>";
}

uint64_t VersionOf(const StoreReader& reader, absl::string_view key) {
  const auto row = reader.Get(kSpace, key);
  return row.ok() && row->has_value() ? (*row)->version : 0;
}

std::string KeysOf(const std::vector<Row>& rows) {
  std::string keys;
  for (const Row& row : rows) absl::StrAppend(&keys, row.key, " ");
  return keys;
}

TEST_P(StoreConformance, AbsentKeyIsNoError) {
  const auto row = store().Get(kSpace, "nothing");

  ASSERT_TRUE(row.ok());
  EXPECT_FALSE(row->has_value());
}

TEST_P(StoreConformance, AnyBytesAreKeptAsKeyAndValue) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  const std::string large(1 << 20, '\x7F');

  WriteSet set;
  set.Put(kSpace, all, all);
  set.Put(kSpace, "empty", "");
  set.Put(kSpace, "large", large);
  ASSERT_TRUE(store().Commit(set).committed());

  EXPECT_EQ(ValueOf(store(), all), all);
  EXPECT_EQ(ValueOf(store(), "empty"), "");
  EXPECT_EQ(ValueOf(store(), "large"), large);
}

TEST_P(StoreConformance, KeyspacesAreSeparate) {
  WriteSet set;
  for (size_t i = 0; i < kKeyspaceCount; ++i) {
    set.Put(static_cast<Keyspace>(i), "same key", KeyspaceName(static_cast<Keyspace>(i)));
  }

  ASSERT_TRUE(store().Commit(set).committed());

  for (size_t i = 0; i < kKeyspaceCount; ++i) {
    const auto row = store().Get(static_cast<Keyspace>(i), "same key");
    ASSERT_TRUE(row.ok() && row->has_value());
    EXPECT_EQ((*row)->value, KeyspaceName(static_cast<Keyspace>(i)));
  }
}

TEST_P(StoreConformance, ScanGivesTheRangeInUnsignedByteOrderUpToTheLimit) {
  WriteSet set;
  for (const std::string& key : {"b"s, "\xFF"s, "a"s, "a\0"s, "c"s, "\x7F"s}) {
    set.Put(kSpace, key, "v");
  }
  ASSERT_TRUE(store().Commit(set).committed());

  EXPECT_EQ(KeysOf(*store().Scan(kSpace, "", "", 10)), "a a\0 b c \x7F \xFF "s);
  EXPECT_EQ(KeysOf(*store().Scan(kSpace, "a", "c", 10)), "a a\0 b "s);
  EXPECT_EQ(KeysOf(*store().Scan(kSpace, KeyAfter("a"), "", 2)), "a\0 b "s);
  EXPECT_EQ(KeysOf(*store().Scan(kSpace, "d", "e", 10)), "");
  EXPECT_EQ(KeysOf(*store().Scan(kSpace, "c", "a", 10)), "");
  EXPECT_EQ(store().Scan(kSpace, "a", "", 1)->front().version, VersionOf(store(), "a"));
}

// Result: values in order, "-" for an absent row.
std::string ValuesOf(const absl::StatusOr<std::vector<std::optional<Versioned>>>& rows) {
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::string values;
  if (!rows.ok()) return values;
  for (const auto& row : *rows) {
    absl::StrAppend(&values, row.has_value() ? row->value : "-", " ");
  }
  return values;
}

TEST_P(StoreConformance, GetManyAnswersEachKeyInTheOrderAsked) {
  WriteSet set;
  set.Put(kSpace, "a", "1");
  set.Put(kSpace, "b", "2");
  set.Put(kSpace, "\xFF"s, "3");
  set.Put(kOther, "elsewhere", "x");
  ASSERT_TRUE(store().Commit(set).committed());
  const std::vector<std::string> keys = {"b", "absent", "\xFF"s, "a", "b", "elsewhere", ""};

  const auto rows = store().GetMany(kSpace, keys);

  EXPECT_EQ(ValuesOf(rows), "2 - 3 1 2 - - ");
  EXPECT_EQ((*rows)[3]->version, VersionOf(store(), "a"));
  EXPECT_EQ(ValuesOf(store().GetMany(kSpace, {})), "");
}

TEST_P(StoreConformance, GetManyTakesUpToItsBoundAndNotOneMore) {
  WriteSet set;
  std::vector<std::string> keys;
  for (size_t i = 0; i < kStoreKeysMax; ++i) {
    keys.push_back(OrderedKey().U64(i).Take());
    set.Put(kSpace, keys.back(), "v");
  }
  ASSERT_TRUE(store().Commit(set).committed());

  const auto all = store().GetMany(kSpace, keys);
  keys.push_back("one more");
  const auto more = store().GetMany(kSpace, keys);

  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), kStoreKeysMax);
  for (const auto& row : *all) EXPECT_TRUE(row.has_value());
  EXPECT_EQ(ReasonOf(more.status()), Reason::kInvariantBroken);
  EXPECT_EQ(ReasonOf(store().Snapshot()->GetMany(kSpace, keys).status()), Reason::kInvariantBroken);
}

TEST_P(StoreConformance, GetManyReadsOneMomentOfTheStore) {
  constexpr int kRounds = 300;
  const std::vector<std::string> keys = {"a", "m", "z"};
  WriteSet first;
  for (const std::string& key : keys) first.Put(kSpace, key, "0");
  ASSERT_TRUE(store().Commit(first).committed());
  std::thread writer([&] {
    for (int i = 1; i <= kRounds; ++i) {
      WriteSet set;
      set.AllowLoss();
      for (const std::string& key : keys) set.Put(kSpace, key, absl::StrCat(i));
      EXPECT_TRUE(store().Commit(set).committed());
    }
  });

  std::string torn;
  for (int i = 0; i < kRounds; ++i) {
    const auto rows = store().GetMany(kSpace, keys);
    if (!rows.ok() || (*rows)[0]->value != (*rows)[1]->value ||
        (*rows)[0]->version != (*rows)[2]->version) {
      torn = ValuesOf(rows);
    }
  }
  writer.join();

  EXPECT_EQ(torn, "");
}

TEST_P(StoreConformance, DeletedRowIsGoneAndDeletingAnAbsentOneIsNoError) {
  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());
  WriteSet set;
  set.Delete(kSpace, "a");
  set.Delete(kSpace, "never there");

  ASSERT_TRUE(store().Commit(set).committed());

  EXPECT_EQ(ValueOf(store(), "a"), "<absent>");
  EXPECT_TRUE(store().Scan(kSpace, "", "", 10)->empty());
}

TEST_P(StoreConformance, LastWriteOfAKeyInASetCounts) {
  WriteSet set;
  set.Put(kSpace, "a", "1");
  set.Put(kSpace, "a", "2");
  set.Put(kSpace, "b", "1");
  set.Delete(kSpace, "b");
  set.Delete(kSpace, "c");
  set.Put(kSpace, "c", "3");

  ASSERT_TRUE(store().Commit(set).committed());

  EXPECT_EQ(ValueOf(store(), "a"), "2");
  EXPECT_EQ(ValueOf(store(), "b"), "<absent>");
  EXPECT_EQ(ValueOf(store(), "c"), "3");
}

TEST_P(StoreConformance, VersionsRiseAndARewrittenRowDiffersFromTheDeletedOne) {
  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());
  const uint64_t first = VersionOf(store(), "a");
  WriteSet remove;
  remove.Delete(kSpace, "a");
  ASSERT_TRUE(store().Commit(remove).committed());

  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());

  EXPECT_GE(first, 1u);
  EXPECT_GT(VersionOf(store(), "a"), first);
}

TEST_P(StoreConformance, FailedPreconditionIsNamedAndNothingIsWritten) {
  ASSERT_TRUE(store().Commit(PutOf("there", "1")).committed());
  WriteSet set;
  const int fine = set.RequireAbsent(kSpace, "absent");
  const int broken = set.RequireAbsent(kSpace, "there");
  set.RequireVersion(kSpace, "absent", 7);
  set.Put(kSpace, "new", "v");
  set.Delete(kSpace, "there");

  const CommitResult result = store().Commit(set);

  EXPECT_EQ(fine, 0);
  EXPECT_EQ(result.outcome, CommitResult::kPreconditionFailed);
  EXPECT_EQ(result.failed_precondition, broken);
  EXPECT_EQ(ReasonOf(result.status), Reason::kStoreConflict);
  EXPECT_EQ(ValueOf(store(), "new"), "<absent>");
  EXPECT_EQ(ValueOf(store(), "there"), "1");
}

TEST_P(StoreConformance, RequireVersionDemandsExactlyThisVersion) {
  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());
  const uint64_t version = VersionOf(store(), "a");
  for (const uint64_t wrong : {uint64_t{0}, version - 1, version + 1}) {
    WriteSet stale = PutOf("a", "stale");
    stale.RequireVersion(kSpace, "a", wrong);
    EXPECT_EQ(store().Commit(stale).outcome, CommitResult::kPreconditionFailed) << wrong;
  }
  WriteSet missing = PutOf("a", "stale");
  missing.RequireVersion(kSpace, "absent", version);
  EXPECT_EQ(store().Commit(missing).outcome, CommitResult::kPreconditionFailed);
  EXPECT_EQ(ValueOf(store(), "a"), "1");

  WriteSet current = PutOf("a", "2");
  current.RequireVersion(kSpace, "a", version);

  EXPECT_TRUE(store().Commit(current).committed());
  EXPECT_EQ(ValueOf(store(), "a"), "2");
}

TEST_P(StoreConformance, PreconditionsSeeTheStateBeforeTheirOwnSet) {
  WriteSet set = PutOf("a", "1");
  set.RequireAbsent(kSpace, "a");

  EXPECT_TRUE(store().Commit(set).committed());
  EXPECT_EQ(store().Commit(set).outcome, CommitResult::kPreconditionFailed);
}

TEST_P(StoreConformance, CommitGroupAppliesEachSetAloneAndLaterSetsSeeEarlierOnes) {
  ASSERT_TRUE(store().Commit(PutOf("old", "1")).committed());
  const uint64_t old = VersionOf(store(), "old");
  std::vector<WriteSet> sets(5);
  sets[0].RequireAbsent(kSpace, "a");
  sets[0].Put(kSpace, "a", "first");
  sets[1].RequireAbsent(kSpace, "a");  // taken by sets[0]
  sets[1].Put(kSpace, "a", "second");
  sets[1].Put(kOther, "of the refused set", "x");
  sets[2].RequireVersion(kSpace, "old", old);
  sets[2].Delete(kSpace, "old");
  sets[3].RequireAbsent(kSpace, "old");  // holds because of sets[2]
  sets[3].Put(kSpace, "old", "3");
  sets[4].RequireVersion(kSpace, "old", old);  // no longer this version
  sets[4].Put(kSpace, "old", "4");

  const std::vector<CommitResult> results = store().CommitGroup(sets);

  ASSERT_EQ(results.size(), 5u);
  EXPECT_TRUE(results[0].committed());
  EXPECT_EQ(results[1].outcome, CommitResult::kPreconditionFailed);
  EXPECT_EQ(results[1].failed_precondition, 0);
  EXPECT_TRUE(results[2].committed());
  EXPECT_TRUE(results[3].committed());
  EXPECT_EQ(results[4].outcome, CommitResult::kPreconditionFailed);
  EXPECT_EQ(ValueOf(store(), "a"), "first");
  EXPECT_EQ(ValueOf(store(), "old"), "3");
  EXPECT_FALSE(store().Get(kOther, "of the refused set")->has_value());
  EXPECT_LT(VersionOf(store(), "a"), VersionOf(store(), "old"));
}

TEST_P(StoreConformance, EmptyGroupAndEmptySetChangeNothing) {
  EXPECT_TRUE(store().CommitGroup({}).empty());
  EXPECT_TRUE(store().Commit(WriteSet()).committed());
  EXPECT_TRUE(store().Scan(kSpace, "", "", 10)->empty());
}

TEST_P(StoreConformance, SnapshotDoesNotSeeLaterCommits) {
  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());
  const std::unique_ptr<StoreSnapshot> snapshot = store().Snapshot();

  WriteSet later = PutOf("a", "2");
  later.Put(kSpace, "b", "new");
  ASSERT_TRUE(store().Commit(later).committed());

  EXPECT_EQ(ValueOf(*snapshot, "a"), "1");
  EXPECT_EQ(KeysOf(*snapshot->Scan(kSpace, "", "", 10)), "a ");
  const std::vector<std::string> keys = {"b", "a"};
  EXPECT_EQ(ValuesOf(snapshot->GetMany(kSpace, keys)), "- 1 ");
  EXPECT_EQ(ValueOf(store(), "a"), "2");
}

TEST_P(StoreConformance, ErasingWhatWasDeletedLeavesAllThatIsThere) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(store().Commit(PutOf(absl::StrCat("k", 10 + i), absl::StrCat(i))).committed());
  }
  WriteSet changes = PutOf("k12", "again");
  changes.Delete(kSpace, "k11");
  ASSERT_TRUE(store().Commit(changes).committed());
  const uint64_t version = VersionOf(store(), "k12");
  const std::unique_ptr<StoreSnapshot> before = store().Snapshot();
  ASSERT_TRUE(store().EraseDeleted(kSpace, "k10", "k14").ok());
  EXPECT_TRUE(store().EraseDeleted(kSpace, "k10", "").ok());
  EXPECT_TRUE(store().EraseDeleted(kOther, "", "").ok());

  EXPECT_EQ(store().Scan(kSpace, "", "", 100)->size(), 19u);
  EXPECT_EQ(before->Scan(kSpace, "", "", 100)->size(), 19u);
  EXPECT_EQ(ValueOf(store(), "k12"), "again");
  EXPECT_EQ(VersionOf(store(), "k12"), version);
  EXPECT_EQ(ValueOf(store(), "k11"), "<absent>");
  ASSERT_TRUE(store().Commit(PutOf("k11", "new")).committed());
  EXPECT_GT(VersionOf(store(), "k11"), version);
}

TEST_P(StoreConformance, OneOfManyThreadsWinsAnAbsentKey) {
  constexpr int kThreads = 8;
  constexpr int kKeys = 20;
  std::atomic<int> wins = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int k = 0; k < kKeys; ++k) {
        WriteSet set = PutOf(absl::StrCat("k", k), absl::StrCat(t));
        set.RequireAbsent(kSpace, absl::StrCat("k", k));
        if (store().Commit(set).committed()) ++wins;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wins, kKeys);
}

TEST_P(StoreConformance, ConcurrentReadModifyWriteLosesNoUpdate) {
  constexpr int kThreads = 4;
  constexpr int kSteps = 25;
  ASSERT_TRUE(store().Commit(PutOf("n", "0")).committed());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int done = 0; done < kSteps;) {
        const auto row = store().Get(kSpace, "n");
        WriteSet set = PutOf("n", absl::StrCat(std::stoi((*row)->value) + 1));
        set.RequireVersion(kSpace, "n", (*row)->version);
        if (store().Commit(set).committed()) ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(ValueOf(store(), "n"), absl::StrCat(kThreads * kSteps));
}

TEST_P(DurableStoreConformance, ReopenedStoreHoldsEveryCommitAndVersionsGoOnRising) {
  ASSERT_TRUE(store().Commit(PutOf("a", "1")).committed());
  ASSERT_TRUE(store().Commit(PutOf("b", "1")).committed());
  const uint64_t a = VersionOf(store(), "a");
  const uint64_t b = VersionOf(store(), "b");
  WriteSet remove;
  remove.Delete(kSpace, "b");
  ASSERT_TRUE(store().Commit(remove).committed());

  ASSERT_TRUE(bed_->Reopen());

  EXPECT_EQ(ValueOf(store(), "a"), "1");
  EXPECT_EQ(VersionOf(store(), "a"), a);
  EXPECT_EQ(ValueOf(store(), "b"), "<absent>");
  ASSERT_TRUE(store().Commit(PutOf("b", "2")).committed());
  EXPECT_GT(VersionOf(store(), "b"), b + 1);
}

}  // namespace
}  // namespace mrg
