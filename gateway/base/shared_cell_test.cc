#include "gateway/base/shared_cell.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mrg {
namespace {

// A value that shows when it is read after its end or half written.
struct Numbered {
  explicit Numbered(int value) : first(value), second(-value) {}
  ~Numbered() { first = second = kEnded; }
  static constexpr int kEnded = 0x7EADBEEF;
  int first;
  int second;
};

TEST(SharedCell, EmptyUntilTheFirstStore) {
  SharedCell<const Numbered> cell;
  EXPECT_EQ(cell.Load(), nullptr);
}

TEST(SharedCell, LastStoreIsLoadedAndWhatIsHeldStaysAsItWas) {
  SharedCell<const Numbered> cell;
  auto first = std::make_shared<const Numbered>(1);
  cell.Store(std::move(first));
  const auto held = cell.Load();

  cell.Store(std::make_shared<const Numbered>(2));

  EXPECT_EQ(cell.Load()->first, 2);
  EXPECT_EQ(held->first, 1);
  EXPECT_EQ(held.use_count(), 1);  // the cell has let go of it
}

TEST(SharedCell, ReplacedValueThatNobodyHoldsIsFreedAtOnce) {
  SharedCell<const Numbered> cell;
  auto first = std::make_shared<const Numbered>(1);
  const std::weak_ptr<const Numbered> watched = first;
  cell.Store(std::move(first));

  cell.Store(nullptr);

  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(cell.Load(), nullptr);
}

// Under ThreadSanitizer this proves that no read races with a write.
TEST(SharedCell, ReadersSeeWholeValuesInOrderWhileWritersReplaceThem) {
  constexpr int kReaders = 3;
  constexpr int kStores = 20000;
  SharedCell<const Numbered> cell;
  cell.Store(std::make_shared<const Numbered>(0));
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  std::atomic<int> wrong = 0;
  std::atomic<int64_t> loads = 0;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done.load() || loads.load() < kReaders) {
        const auto value = cell.Load();
        // One writer stores rising numbers, so that a reader never goes back.
        if (value->first != -value->second || value->first < last) ++wrong;
        last = value->first;
        ++loads;
      }
    });
  }

  for (int number = 1; number <= kStores; ++number) {
    cell.Store(std::make_shared<const Numbered>(number));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();

  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(cell.Load()->first, kStores);
}

TEST(SharedCell, WritersOfSeveralThreadsFollowOneAnother) {
  constexpr int kWriters = 3;
  constexpr int kStores = 3000;
  SharedCell<const Numbered> cell;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&cell] {
      for (int number = 1; number <= kStores; ++number) {
        cell.Store(std::make_shared<const Numbered>(number));
        const auto value = cell.Load();
        ASSERT_EQ(value->first, -value->second);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  EXPECT_EQ(cell.Load()->first, kStores);
}

}  // namespace
}  // namespace mrg
