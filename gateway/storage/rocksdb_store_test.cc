#include "gateway/storage/rocksdb_store.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/storage/rocksdb_environment.h"
#include "gateway/storage/testing/store_conformance.h"
#include "rocksdb/db.h"
#include "rocksdb/file_system.h"

namespace mrg {
namespace {

std::string MakeFolder() {
  std::string path = testing::TempDir() + "/rocksdb-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

class RocksDbStoreBed : public StoreBed {
 public:
  RocksDbStoreBed() { Open(); }
  ~RocksDbStoreBed() override {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  OrderedStore* store() override { return store_.get(); }
  bool Reopen() override {
    store_.reset();
    Open();
    return true;
  }

 private:
  void Open() {
    auto store = OpenRocksDbStore(path_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  const std::string path_ = MakeFolder();
  std::unique_ptr<OrderedStore> store_;
};

std::unique_ptr<StoreBed> MakeRocksDbStoreBed() { return std::make_unique<RocksDbStoreBed>(); }

INSTANTIATE_TEST_SUITE_P(RocksDb, StoreConformance, testing::Values(&MakeRocksDbStoreBed));
INSTANTIATE_TEST_SUITE_P(RocksDb, DurableStoreConformance, testing::Values(&MakeRocksDbStoreBed));

WriteSet PutOf(absl::string_view key) {
  WriteSet set;
  set.Put(Keyspace::kLogLeaf, key, "value");
  return set;
}

// Fails syncs of the write-ahead log while `failing` is true, and counts them all. What was not
// synced is lost when `power_lost` is true at the time the log is closed.
class SyncFault : public rocksdb::FileSystemWrapper {
 public:
  explicit SyncFault(const std::shared_ptr<rocksdb::FileSystem>& target)
      : FileSystemWrapper(target) {}
  static const char* kClassName() { return "SyncFault"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const rocksdb::IOStatus status =
        FileSystemWrapper::NewWritableFile(name, options, &file, context);
    if (!status.ok() || !name.ends_with(".log")) {
      *result = std::move(file);
    } else {
      *result = std::make_unique<LogFile>(std::move(file), this);
    }
    return status;
  }

  std::atomic<bool> failing = false;
  std::atomic<bool> full = false;
  std::atomic<bool> power_lost = false;
  std::atomic<int> syncs = 0;

 private:
  class LogFile : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    LogFile(std::unique_ptr<rocksdb::FSWritableFile> file, SyncFault* fault)
        : FSWritableFileOwnerWrapper(std::move(file)), fault_(fault) {}
    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override {
      if (fault_->full) return rocksdb::IOStatus::NoSpace("injected");
      unsynced_.append(data.data(), data.size());
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
      ++fault_->syncs;
      if (fault_->failing) return rocksdb::IOStatus::IOError("injected: fsync");
      const rocksdb::IOStatus written = WriteUnsynced(options, context);
      return written.ok() ? FSWritableFileOwnerWrapper::Sync(options, context) : written;
    }
    rocksdb::IOStatus Close(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      if (!fault_->power_lost) WriteUnsynced(options, context);
      return FSWritableFileOwnerWrapper::Close(options, context);
    }

   private:
    rocksdb::IOStatus WriteUnsynced(const rocksdb::IOOptions& options,
                                    rocksdb::IODebugContext* context) {
      const std::string bytes = std::exchange(unsynced_, {});
      return FSWritableFileOwnerWrapper::Append(bytes, options, context);
    }

    SyncFault* const fault_;
    std::string unsynced_;
  };
};

class RocksDbSyncTest : public testing::Test {
 protected:
  void Open() {
    auto store = OpenRocksDbStoreIn(path_, env_.get());
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  void SetUp() override { Open(); }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(path_);
  }

  const std::string path_ = MakeFolder();
  const std::shared_ptr<SyncFault> fault_ =
      std::make_shared<SyncFault>(rocksdb::FileSystem::Default());
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fault_);
  std::unique_ptr<OrderedStore> store_;
};

TEST_F(RocksDbSyncTest, EachCommitIsSyncedOnceAndAGroupOnceForAll) {
  const int before = fault_->syncs;
  ASSERT_TRUE(store_->Commit(PutOf("a")).committed());
  const int one = fault_->syncs;
  const std::vector<WriteSet> group = {PutOf("b"), PutOf("c"), PutOf("d")};
  store_->CommitGroup(group);

  EXPECT_EQ(one - before, 1);
  EXPECT_EQ(fault_->syncs - one, 1);
}

TEST_F(RocksDbSyncTest, ASetThatMayBeLostIsDurableWithTheNextThatMayNot) {
  const auto lose_power = [this] {
    fault_->power_lost = true;
    store_.reset();
    fault_->power_lost = false;
    Open();
  };
  const auto commit = [this](absl::string_view key, bool may_be_lost) {
    WriteSet set = PutOf(key);
    if (may_be_lost) set.AllowLoss();
    EXPECT_TRUE(store_->Commit(set).committed());
    EXPECT_TRUE(store_->Get(Keyspace::kLogLeaf, key)->has_value());
  };
  const int syncs = fault_->syncs;
  commit("kept 1", true);
  commit("kept 2", true);
  EXPECT_EQ(fault_->syncs, syncs);
  commit("kept 3", false);
  EXPECT_EQ(fault_->syncs, syncs + 1);
  commit("lost", true);

  lose_power();

  for (const char* key : {"kept 1", "kept 2", "kept 3"}) {
    EXPECT_TRUE(store_->Get(Keyspace::kLogLeaf, key)->has_value()) << key;
  }
  EXPECT_FALSE(store_->Get(Keyspace::kLogLeaf, "lost")->has_value());
  commit("after", false);
  lose_power();
  EXPECT_TRUE(store_->Get(Keyspace::kLogLeaf, "after")->has_value());
}

TEST_F(RocksDbSyncTest, N03_AfterAFailedSyncTheStoreRefusesEveryCommitUntilReopened) {
  ASSERT_TRUE(store_->Commit(PutOf("before")).committed());
  fault_->failing = true;
  const CommitResult failed = store_->Commit(PutOf("failed"));
  fault_->failing = false;  // the next fsync would succeed and prove nothing (N03)
  const int syncs = fault_->syncs;

  const CommitResult refused = store_->Commit(PutOf("refused"));
  const std::vector<WriteSet> group = {PutOf("x"), PutOf("y")};
  const std::vector<CommitResult> refused_group = store_->CommitGroup(group);

  EXPECT_EQ(failed.outcome, CommitResult::kUnknown);
  EXPECT_EQ(ReasonOf(failed.status), Reason::kStoreUnavailable);
  EXPECT_EQ(refused.outcome, CommitResult::kUnknown);
  EXPECT_EQ(refused_group.size(), 2u);
  EXPECT_EQ(refused_group[1].outcome, CommitResult::kUnknown);
  EXPECT_EQ(fault_->syncs, syncs);
  EXPECT_EQ(store_->Standing(), StoreStanding::kSyncFailed);
  store_.reset();
  Open();
  EXPECT_TRUE(store_->Get(Keyspace::kLogLeaf, "before")->has_value());
  EXPECT_FALSE(store_->Get(Keyspace::kLogLeaf, "refused")->has_value());
  EXPECT_TRUE(store_->Commit(PutOf("after")).committed());
}

TEST_F(RocksDbSyncTest, N02_AFullDiskIsToldApartFromAFailedSyncAndOpenedAgainTheStoreWorks) {
  ASSERT_TRUE(store_->Commit(PutOf("before")).committed());
  EXPECT_EQ(store_->Standing(), StoreStanding::kWorks);
  fault_->full = true;
  EXPECT_EQ(store_->Commit(PutOf("no room")).outcome, CommitResult::kUnknown);
  EXPECT_EQ(store_->Standing(), StoreStanding::kFailed);
  fault_->full = false;
  EXPECT_EQ(store_->Commit(PutOf("still refused")).outcome, CommitResult::kUnknown);

  store_.reset();
  Open();

  EXPECT_EQ(store_->Standing(), StoreStanding::kWorks);
  EXPECT_TRUE(store_->Get(Keyspace::kLogLeaf, "before")->has_value());
  EXPECT_FALSE(store_->Get(Keyspace::kLogLeaf, "no room")->has_value());
  EXPECT_TRUE(store_->Commit(PutOf("after")).committed());
}

class RocksDbFolderTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(path_); }

  // The write-ahead log, the only *.log file of a young database.
  std::string LogFile() {
    std::string newest;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().extension() == ".log" && entry.file_size() > 0) newest = entry.path();
    }
    return newest;
  }

  const std::string path_ = MakeFolder();
};

TEST_F(RocksDbFolderTest, AnOlderDatabaseWithoutSomeKeyspacesGetsThem) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* old = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path_, &old).ok());
  rocksdb::ColumnFamilyHandle* leaf = nullptr;
  ASSERT_TRUE(old->CreateColumnFamily({}, "log-leaf", &leaf).ok());
  ASSERT_TRUE(old->Put({}, leaf, "k", std::string(7, '\0') + '\5' + "kept").ok());
  old->DestroyColumnFamilyHandle(leaf);
  delete old;

  auto store = OpenRocksDbStore(path_);

  ASSERT_TRUE(store.ok()) << store.status();
  const auto row = (*store)->Get(Keyspace::kLogLeaf, "k");
  EXPECT_EQ((*row)->value, "kept");
  EXPECT_EQ((*row)->version, 5u);
  WriteSet set;
  set.Put(Keyspace::kNodeState, "k", "v");
  EXPECT_TRUE((*store)->Commit(set).committed());
}

TEST_F(RocksDbFolderTest, C2_WhatIsReadOtherThanItWasWrittenIsTold) {
  ASSERT_TRUE((*OpenRocksDbStore(path_))->Commit(PutOf("k")).committed());
  // A start puts what stood in the write-ahead log into a table.
  auto store = OpenRocksDbStore(path_);
  ASSERT_TRUE(store.ok()) << store.status();
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4).put('!');
  }
  EXPECT_EQ((*store)->Standing(), StoreStanding::kWorks);

  EXPECT_EQ(ReasonOf((*store)->Get(Keyspace::kLogLeaf, "k").status()), Reason::kStoreCorrupt);

  EXPECT_EQ((*store)->Standing(), StoreStanding::kCorrupt);
}

class RocksDbErasureTest : public RocksDbFolderTest {
 protected:
  // Result: how many files of the folder hold `bytes`.
  int FilesWith(const std::string& bytes) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(file), {}};
      if (content.find(bytes) != std::string::npos) ++files;
    }
    return files;
  }
  static WriteSet SaltPut(const std::string& key, const std::string& value) {
    WriteSet set;
    set.Put(Keyspace::kSalt, key, value);
    return set;
  }
  static WriteSet SaltDelete(const std::string& key) {
    WriteSet set;
    set.Delete(Keyspace::kSalt, key);
    return set;
  }
};

using Threat = RocksDbErasureTest;

TEST_F(Threat, R19_M12_WhatWasDeletedIsInNoFileOnceItWasErased) {
  const std::string secret = "a secret of thirty-two bytes ---";
  auto store = OpenRocksDbStore(path_);
  ASSERT_TRUE(store.ok()) << store.status();
  // Other tables keep the log file alive while they have rows in memory.
  ASSERT_TRUE((*store)->Commit(PutOf("before")).committed());
  ASSERT_TRUE((*store)->Commit(SaltPut("k", secret)).committed());
  ASSERT_TRUE((*store)->Commit(PutOf("after")).committed());
  ASSERT_TRUE((*store)->Commit(SaltDelete("k")).committed());
  ASSERT_EQ(FilesWith(secret), 1) << "the write-ahead log";

  ASSERT_TRUE((*store)->EraseDeleted(Keyspace::kSalt, "k", "l").ok());

  EXPECT_EQ(FilesWith(secret), 0);
  EXPECT_TRUE((*store)->Get(Keyspace::kLogLeaf, "before")->has_value());
  EXPECT_TRUE((*store)->Get(Keyspace::kLogLeaf, "after")->has_value());
}

TEST_F(Threat, R19_M12_AlsoWhenItLayInTablesAtEveryLevelAndWasWrittenTwice) {
  const std::string first = "the first of its values --------";
  const std::string second = "the second of its values -------";
  {
    auto store = OpenRocksDbStore(path_);
    ASSERT_TRUE((*store)->Commit(SaltPut("k", first)).committed());
    ASSERT_TRUE((*store)->EraseDeleted(Keyspace::kSalt, "", "").ok());  // to the last level
    ASSERT_TRUE((*store)->Commit(SaltPut("k", second)).committed());
    ASSERT_TRUE((*store)->Commit(SaltPut("j", "kept")).committed());
  }
  auto store = OpenRocksDbStore(path_);  // what was in memory is in a table of level 0 by this
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_EQ(FilesWith(first), 1);
  ASSERT_EQ(FilesWith(second), 1);
  ASSERT_TRUE((*store)->Commit(SaltDelete("k")).committed());

  ASSERT_TRUE((*store)->EraseDeleted(Keyspace::kSalt, "k", "l").ok());

  EXPECT_EQ(FilesWith(first), 0);
  EXPECT_EQ(FilesWith(second), 0);
  EXPECT_EQ((*(*store)->Get(Keyspace::kSalt, "j"))->value, "kept");
}

TEST_F(Threat, N10_R19_ANodeThatStopsWaitsForNoErasingAndTheNextOneDoesIt) {
  const std::string secret = "a secret of thirty-two bytes ---";
  {
    auto store = OpenRocksDbStore(path_);
    ASSERT_TRUE((*store)->Commit(SaltPut("k", secret)).committed());
    ASSERT_TRUE((*store)->Commit(SaltDelete("k")).committed());

    (*store)->EndErasing();

    EXPECT_EQ(ReasonOf((*store)->EraseDeleted(Keyspace::kSalt, "k", "l")),
              Reason::kStoreUnavailable);
    EXPECT_TRUE((*store)->Commit(PutOf("after")).committed());
  }
  auto store = OpenRocksDbStore(path_);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE((*store)->EraseDeleted(Keyspace::kSalt, "k", "l").ok());
  EXPECT_EQ(FilesWith(secret), 0);
}

// A disk on which tables are begun only when it is not held.
class HeldTables : public rocksdb::FileSystemWrapper {
 public:
  HeldTables() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "HeldTables"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    if (name.ends_with(".sst")) {
      MutexLock lock(mu_);
      waits_ = held_;
      changed_.NotifyAll();
      while (held_) changed_.Wait(mu_);
    }
    return FileSystemWrapper::NewWritableFile(name, options, result, context);
  }
  void Hold() {
    MutexLock lock(mu_);
    held_ = true;
  }
  void WaitForTable() {
    MutexLock lock(mu_);
    while (!waits_) changed_.Wait(mu_);
  }
  void Release() {
    MutexLock lock(mu_);
    held_ = false;
    changed_.NotifyAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool held_ ABSL_GUARDED_BY(mu_) = false;
  bool waits_ ABSL_GUARDED_BY(mu_) = false;
};

TEST_F(Threat, N10_R19_AnErasingThatRunsIsLeftUnfinishedByAStop) {
  const auto disk = std::make_shared<HeldTables>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  auto store = OpenRocksDbStoreIn(path_, env.get());
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->Commit(SaltPut("k", "a secret")).committed());
  ASSERT_TRUE((*store)->EraseDeleted(Keyspace::kSalt, "", "").ok());
  disk->Hold();
  absl::Status erased;
  std::thread erasing([&] { erased = (*store)->EraseDeleted(Keyspace::kSalt, "k", "l"); });
  disk->WaitForTable();

  std::thread ending([&] { (*store)->EndErasing(); });

  // One of another keyspace is refused as soon as the end has begun.
  while ((*store)->EraseDeleted(Keyspace::kLogLeaf, "", "").ok()) {
  }
  disk->Release();
  erasing.join();
  ending.join();
  EXPECT_EQ(ReasonOf(erased), Reason::kStoreUnavailable);
}

TEST_F(RocksDbFolderTest, AKeyspaceOfANewerVersionIsRefused) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* newer = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path_, &newer).ok());
  rocksdb::ColumnFamilyHandle* table = nullptr;
  ASSERT_TRUE(newer->CreateColumnFamily({}, "from-the-future", &table).ok());
  newer->DestroyColumnFamilyHandle(table);
  delete newer;

  EXPECT_EQ(ReasonOf(OpenRocksDbStore(path_).status()), Reason::kConfigInvalid);
}

TEST_F(RocksDbFolderTest, ASecondOpenOfTheFolderIsRefused) {
  auto store = OpenRocksDbStore(path_);
  ASSERT_TRUE(store.ok());

  EXPECT_EQ(ReasonOf(OpenRocksDbStore(path_).status()), Reason::kStoreUnavailable);
  EXPECT_TRUE((*store)->Commit(PutOf("still works")).committed());
}

TEST_F(RocksDbFolderTest, ATornTailLosesTheTornCommitOnly) {
  {
    auto store = OpenRocksDbStore(path_);
    ASSERT_TRUE((*store)->Commit(PutOf("whole")).committed());
    ASSERT_TRUE((*store)->Commit(PutOf("torn")).committed());
  }
  const std::string log = LogFile();
  ASSERT_FALSE(log.empty());
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 3);

  auto store = OpenRocksDbStore(path_);

  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE((*store)->Get(Keyspace::kLogLeaf, "whole")->has_value());
  EXPECT_FALSE((*store)->Get(Keyspace::kLogLeaf, "torn")->has_value());
  EXPECT_TRUE((*store)->Commit(PutOf("torn")).committed());
}

TEST_F(RocksDbFolderTest, DamageBeforeTheTailIsRefusedNotSkipped) {
  {
    auto store = OpenRocksDbStore(path_);
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE((*store)->Commit(PutOf(std::to_string(i) + std::string(4000, 'x'))).committed());
    }
  }
  const std::string log = LogFile();
  ASSERT_FALSE(log.empty());
  {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.write("damage", 6);
  }

  EXPECT_EQ(ReasonOf(OpenRocksDbStore(path_).status()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
