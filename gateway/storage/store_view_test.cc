#include "gateway/storage/store_view.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/open_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

class StoreViewTest : public testing::Test {
 protected:
  StoreViewTest() : folder_(testing::TempDir() + "/store-view") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    store_ = *OpenStore("rocksdb:" + Path("data"));
  }
  ~StoreViewTest() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Put(Keyspace keyspace, const std::string& key, const std::string& value) {
    WriteSet set;
    set.Put(keyspace, key, value);
    ASSERT_TRUE(store_->Commit(set).committed());
  }

  const std::string folder_;
  std::unique_ptr<OrderedStore> store_;
};

TEST_F(StoreViewTest, AFolderInUseIsReadAsItIsAtThatMoment) {
  Put(Keyspace::kBlob, "a", "first");

  const auto view = OpenStoreView(Path("data"));
  ASSERT_TRUE(view.ok()) << view.status();
  Put(Keyspace::kBlob, "a", "second");
  Put(Keyspace::kBlob, "b", "later");

  EXPECT_EQ((*view)->Get(Keyspace::kBlob, "a")->value().value, "first");
  EXPECT_EQ(*(*view)->Get(Keyspace::kBlob, "b"), std::nullopt);
  EXPECT_EQ((*view)->Scan(Keyspace::kBlob, "", "", 10)->size(), 1u);
}

TEST_F(StoreViewTest, ACopyIsAStoreOfItsOwnWithTheSameRowsAndVersions) {
  for (int i = 0; i < 3000; ++i) {
    Put(Keyspace::kLogLeaf, absl::StrCat(i), std::string(1000, static_cast<char>('a' + i % 26)));
  }
  Put(Keyspace::kNodeState, "gone", "x");
  WriteSet removal;
  removal.Delete(Keyspace::kNodeState, "gone");
  ASSERT_TRUE(store_->Commit(removal).committed());
  uint64_t last = 0;
  ASSERT_TRUE((*OpenStoreView(Path("data")))
                  ->CopyTo(Path("copy"), [&last](uint64_t rows) { last = rows; })
                  .ok());
  const auto version = (*store_->Get(Keyspace::kLogLeaf, "2999"))->version;

  const auto copy = OpenStore("rocksdb:" + Path("copy"));

  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(last, 3001u) << "with the sequence of commits";
  EXPECT_EQ((*copy)->Scan(Keyspace::kLogLeaf, "", "", 5000)->size(), 3000u);
  EXPECT_EQ((*(*copy)->Get(Keyspace::kLogLeaf, "2999"))->version, version);
  EXPECT_EQ(*(*copy)->Get(Keyspace::kNodeState, "gone"), std::nullopt);
  // It goes on above the versions that it has.
  WriteSet next;
  next.Put(Keyspace::kNodeState, "next", "y");
  ASSERT_TRUE((*copy)->Commit(next).committed());
  EXPECT_GT((*(*copy)->Get(Keyspace::kNodeState, "next"))->version, version);
}

// Rows go from the write-ahead log to tables, and files are deleted, while the folder is opened.
TEST_F(StoreViewTest, AViewLacksNothingThatWasCommittedBeforeWhateverMovesMeanwhile) {
  std::atomic<int> committed = 0;
  std::atomic<int> moves = 0;  // asked for: one while each view is opened
  std::jthread node([&](const std::stop_token& stop) {
    int moved = 0;
    for (int i = 1; !stop.stop_requested(); ++i) {
      WriteSet set;
      set.Put(Keyspace::kBlob, absl::StrCat("row-", i), "value");
      set.Put(Keyspace::kNodeState, "newest", absl::StrCat(i));
      if (!store_->Commit(set).committed()) break;
      committed = i;
      if (moved == moves) continue;
      store_->EraseDeleted(Keyspace::kBlob, "", "").IgnoreError();
      ++moved;
    }
  });
  for (int i = 0; i < 30; ++i) {
    const int before = committed;
    ++moves;
    const auto view = OpenStoreView(Path("data"));
    ASSERT_TRUE(view.ok()) << view.status();
    const auto newest = (*view)->Get(Keyspace::kNodeState, "newest");
    ASSERT_TRUE(newest.ok()) << newest.status();
    const int at = newest->has_value() ? std::stoi((*newest)->value) : 0;
    EXPECT_GE(at, before);
    EXPECT_EQ((*view)->Scan(Keyspace::kBlob, "", "", 1000000)->size(), static_cast<size_t>(at));
  }
}

TEST_F(StoreViewTest, NothingInTheFolderIsChanged) {
  Put(Keyspace::kBlob, "a", "first");
  store_.reset();
  std::map<std::string, std::pair<uintmax_t, fs::file_time_type>> before, after;
  const auto look = [this](auto* seen) {
    for (const auto& entry : fs::directory_iterator(Path("data"))) {
      (*seen)[entry.path().string()] = {entry.file_size(), entry.last_write_time()};
    }
  };
  look(&before);

  ASSERT_TRUE((*OpenStoreView(Path("data")))->CopyTo(Path("copy"), [](uint64_t) {}).ok());

  look(&after);
  EXPECT_EQ(after, before);
}

TEST_F(StoreViewTest, WhatIsNoFolderOfThisFormatIsRefused) {
  EXPECT_EQ(ReasonOf(OpenStoreView(Path("none")).status()), Reason::kConfigInvalid);
  const auto view = OpenStoreView(Path("data"));
  ASSERT_TRUE(view.ok());

  EXPECT_EQ(ReasonOf((*view)->CopyTo(Path("data"), [](uint64_t) {})), Reason::kConfigInvalid);
}

}  // namespace
}  // namespace mrg
