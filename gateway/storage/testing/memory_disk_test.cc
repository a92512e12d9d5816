#include "gateway/storage/testing/memory_disk.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/store_conformance.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// The store as a simulation runs it: RocksDB on a disk in memory, below the store of faults.
class MemoryDiskBed : public StoreBed {
 public:
  MemoryDiskBed() { Open(); }
  OrderedStore* store() override { return faulty_.get(); }
  bool Reopen() override {
    faulty_.reset();
    store_.reset();
    Open();
    return true;
  }

 protected:
  void Open() {
    auto store = disk_.Open();
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    faulty_ = std::make_unique<FaultyStore>(store_.get());
  }

  MemoryDisk disk_;
  std::unique_ptr<OrderedStore> store_;
  std::unique_ptr<FaultyStore> faulty_;
};

std::unique_ptr<StoreBed> MakeMemoryDiskBed() { return std::make_unique<MemoryDiskBed>(); }

INSTANTIATE_TEST_SUITE_P(MemoryDisk, StoreConformance, testing::Values(&MakeMemoryDiskBed));
INSTANTIATE_TEST_SUITE_P(MemoryDisk, DurableStoreConformance, testing::Values(&MakeMemoryDiskBed));

// The same bed, on which each reopening is a crash.
class CrashedDiskBed : public MemoryDiskBed {
 public:
  bool Reopen() override {
    disk_.LosePower();
    return MemoryDiskBed::Reopen();
  }
};

std::unique_ptr<StoreBed> MakeCrashedDiskBed() { return std::make_unique<CrashedDiskBed>(); }

INSTANTIATE_TEST_SUITE_P(CrashedDisk, StoreConformance, testing::Values(&MakeCrashedDiskBed));
INSTANTIATE_TEST_SUITE_P(CrashedDisk, DurableStoreConformance,
                         testing::Values(&MakeCrashedDiskBed));

WriteSet PutOf(absl::string_view key) {
  WriteSet set;
  set.Put(Keyspace::kLogLeaf, key, "value");
  return set;
}

class MemoryDiskTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    auto store = disk_.Open();
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  void Crash() {
    disk_.LosePower();
    store_.reset();
    Open();
  }
  bool Stored(absl::string_view key) { return store_->Get(Keyspace::kLogLeaf, key)->has_value(); }

  MemoryDisk disk_;
  std::unique_ptr<OrderedStore> store_;
};

TEST_F(MemoryDiskTest, ACrashLosesWhatMayBeLostAndNothingElse) {
  WriteSet may_be_lost = PutOf("lost");
  may_be_lost.AllowLoss();
  ASSERT_TRUE(store_->Commit(PutOf("before")).committed());
  ASSERT_TRUE(store_->Commit(may_be_lost).committed());
  ASSERT_TRUE(Stored("lost"));

  Crash();

  EXPECT_TRUE(Stored("before"));
  EXPECT_FALSE(Stored("lost"));
  EXPECT_TRUE(store_->Commit(PutOf("after")).committed());
}

TEST_F(MemoryDiskTest, ALaterDurableCommitSavesWhatMightHaveBeenLost) {
  WriteSet may_be_lost = PutOf("first");
  may_be_lost.AllowLoss();
  ASSERT_TRUE(store_->Commit(may_be_lost).committed());
  ASSERT_TRUE(store_->Commit(PutOf("second")).committed());

  Crash();

  EXPECT_TRUE(Stored("first"));
  EXPECT_TRUE(Stored("second"));
}

TEST_F(MemoryDiskTest, WithoutPowerNothingIsCommitted) {
  disk_.LosePower();

  const CommitResult result = store_->Commit(PutOf("dark"));

  EXPECT_EQ(result.outcome, CommitResult::kUnknown);
  EXPECT_EQ(ReasonOf(result.status), Reason::kStoreUnavailable);
  Crash();
  EXPECT_FALSE(Stored("dark"));
}

TEST_F(MemoryDiskTest, ManyCrashesLoseNothingAcknowledged) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(store_->Commit(PutOf(absl::StrCat(i))).committed());
    Crash();
    for (int j = 0; j <= i; ++j) ASSERT_TRUE(Stored(absl::StrCat(j))) << j;
  }
}

}  // namespace
}  // namespace mrg
