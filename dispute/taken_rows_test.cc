#include "dispute/taken_rows.h"

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/ordered_key.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr Keyspace kSpace = Keyspace::kDisputeQueue;

WriteSet PutOf(absl::string_view key, absl::string_view value) {
  WriteSet set;
  set.Put(kSpace, key, value);
  return set;
}

std::string KeysOf(const std::vector<Row>& rows) {
  std::string keys;
  for (const Row& row : rows) absl::StrAppend(&keys, row.key, " ");
  return keys;
}

class TakenRowsTest : public testing::Test {
 protected:
  absl::StatusOr<TakenRows> Take(absl::string_view begin, absl::string_view end, size_t n) {
    return TakeFirst(store_, holds_, kSpace, begin, end, n);
  }

  MemoryStore store_;
  const std::shared_ptr<RowHolds> holds_ = std::make_shared<RowHolds>();
};

TEST_F(TakenRowsTest, TakeFirstSkipsHeldRowsUntilTheHandleDies) {
  WriteSet set;
  for (const char* key : {"a", "b", "c", "d"}) set.Put(kSpace, key, "v");
  ASSERT_TRUE(store_.Commit(set).committed());

  const auto first = Take("", "", 2);
  {
    const auto second = Take("a", "d", 2);
    EXPECT_EQ(KeysOf(first->rows()), "a b ");
    EXPECT_EQ(KeysOf(second->rows()), "c ");
    EXPECT_EQ(KeysOf(Take("", "", 9)->rows()), "d ");
  }
  EXPECT_EQ(KeysOf(Take("", "", 9)->rows()), "c d ");
  EXPECT_EQ(first->rows()[0].version, store_.Get(kSpace, "a")->value().version);
  EXPECT_TRUE(store_.Commit(PutOf("a", "a hold does not lock")).committed());
}

TEST_F(TakenRowsTest, TakeFirstLooksPastManyHeldRows) {
  WriteSet set;
  for (int i = 0; i < 200; ++i) set.Put(kSpace, OrderedKey().U64(i).Take(), "v");
  ASSERT_TRUE(store_.Commit(set).committed());

  const auto held = Take("", "", 150);
  const auto rest = Take("", "", 100);

  EXPECT_EQ(held->rows().size(), 150u);
  ASSERT_EQ(rest->rows().size(), 50u);
  EXPECT_EQ(rest->rows()[0].key, OrderedKey().U64(150).Take());
}

TEST_F(TakenRowsTest, ConcurrentTakersNeverShareARow) {
  WriteSet set;
  for (int i = 0; i < 64; ++i) set.Put(kSpace, OrderedKey().U64(i).Take(), "v");
  ASSERT_TRUE(store_.Commit(set).committed());
  std::vector<absl::StatusOr<TakenRows>> taken(8);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&] { mine = Take("", "", 8); });
  }
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> seen;
  size_t total = 0;
  for (const auto& mine : taken) {
    ASSERT_TRUE(mine.ok());
    for (const Row& row : mine->rows()) seen.insert(row.key);
    total += mine->rows().size();
  }
  EXPECT_EQ(seen.size(), total);
  EXPECT_EQ(total, 64u);
}

TEST_F(TakenRowsTest, ARowThatItsLastHolderRemovedIsNotTaken) {
  WriteSet set;
  for (const char* key : {"a", "b"}) set.Put(kSpace, key, "v");
  ASSERT_TRUE(store_.Commit(set).committed());
  InterleavingStore interleaving(&store_);
  interleaving.AfterNextScan([&] {
    WriteSet writes;
    writes.Delete(kSpace, "a");
    writes.Put(kSpace, "b", "newer");
    ASSERT_TRUE(store_.Commit(writes).committed());
  });

  const auto taken = TakeFirst(interleaving, holds_, kSpace, "", "", 2);

  ASSERT_TRUE(taken.ok());
  ASSERT_EQ(KeysOf(taken->rows()), "b ");
  EXPECT_EQ(taken->rows()[0].value, "newer");
}

TEST_F(TakenRowsTest, D02_TheRowAfterARemovedOneIsTakenInItsPlace) {
  WriteSet set;
  for (const char* key : {"a", "b", "c"}) set.Put(kSpace, key, "v");
  ASSERT_TRUE(store_.Commit(set).committed());
  InterleavingStore interleaving(&store_);
  interleaving.AfterNextScan([&] {
    WriteSet writes;
    writes.Delete(kSpace, "a");
    ASSERT_TRUE(store_.Commit(writes).committed());
  });

  const auto taken = TakeFirst(interleaving, holds_, kSpace, "", "", 1);

  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(KeysOf(taken->rows()), "b ");
}

TEST_F(TakenRowsTest, AStoreThatIsDownHoldsNothing) {
  ASSERT_TRUE(store_.Commit(PutOf("a", "v")).committed());
  FaultyStore faulty(&store_);
  faulty.Crash();

  const auto refused = TakeFirst(faulty, holds_, kSpace, "", "", 1);

  EXPECT_EQ(ReasonOf(refused.status()), Reason::kStoreUnavailable);
  EXPECT_EQ(KeysOf(Take("", "", 1)->rows()), "a ");
}

}  // namespace
}  // namespace mrg
