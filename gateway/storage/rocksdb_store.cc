#include "gateway/storage/rocksdb_store.h"

#include <array>
#include <atomic>
#include <map>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/rocksdb_database.h"
#include "gateway/storage/rocksdb_environment.h"
#include "gateway/storage/rocksdb_failures.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "rocksdb/transaction_log.h"
#include "rocksdb/write_batch.h"

namespace mrg {
namespace {

constexpr size_t kWriteBuffersBytesMax = size_t{128} << 20;  // all keyspaces
constexpr uint64_t kWalBytesMax = uint64_t{256} << 20;       // what a restart has to replay
constexpr int kOpenFilesMax = 512;

std::string EncodeVersion(uint64_t version) {
  std::string bytes(kVersionBytes, '\0');
  for (size_t i = 0; i < kVersionBytes; ++i) {
    bytes[i] = static_cast<char>(version >> (8 * (kVersionBytes - 1 - i)));
  }
  return bytes;
}

rocksdb::DBOptions DatabaseOptions(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // Every batch is synced, so only the last, never acknowledged record may be torn; damage anywhere
  // else is corruption and must not be skipped in silence.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_bgerror_resume_count = 0;  // a failed store stays failed until it is opened again
  options.db_write_buffer_size = kWriteBuffersBytesMax;
  options.max_total_wal_size = kWalBytesMax;
  options.max_open_files = kOpenFilesMax;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;  // spreads the flusher's IO so that it does not delay the log
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4 << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

class RocksDbSnapshot : public StoreSnapshot {
 public:
  explicit RocksDbSnapshot(const Database& database)
      : database_(database), snapshot_(database.db->GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~RocksDbSnapshot() override { database_.db->ReleaseSnapshot(snapshot_); }
  RocksDbSnapshot(const RocksDbSnapshot&) = delete;
  RocksDbSnapshot& operator=(const RocksDbSnapshot&) = delete;

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    return ReadRow(database_, options_, keyspace, key);
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    return ReadRows(database_, options_, keyspace, keys);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    return ReadRange(database_, options_, keyspace, begin, end, limit);
  }

 private:
  const Database& database_;
  const rocksdb::Snapshot* const snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksDbStore : public OrderedStore {
 public:
  RocksDbStore(std::unique_ptr<Database> database, uint64_t sequence)
      : database_(std::move(database)), sequence_(sequence) {}

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    return ReadRow(*database_, rocksdb::ReadOptions(), keyspace, key);
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    return ReadRows(*database_, rocksdb::ReadOptions(), keyspace, keys);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    return ReadRange(*database_, rocksdb::ReadOptions(), keyspace, begin, end, limit);
  }
  StoreStanding Standing() const override {
    if (database_->failures->sync) return StoreStanding::kSyncFailed;
    if (database_->failures->corrupt) return StoreStanding::kCorrupt;
    return database_->failures->any ? StoreStanding::kFailed : StoreStanding::kWorks;
  }
  std::unique_ptr<StoreSnapshot> Snapshot() const override {
    return std::make_unique<RocksDbSnapshot>(*database_);
  }
  uint64_t CommitUnderWay() const override { return under_way_; }
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override;
  void EndErasing() override { database_->db->DisableManualCompaction(); }
  absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                            absl::string_view end) override;

 private:
  // What earlier sets of the group wrote: the row's version, nullopt for a deleted one.
  using Overlay = std::map<std::pair<Keyspace, std::string>, std::optional<uint64_t>>;

  // Result: the version of the row as the next set sees it; nullopt when absent.
  absl::StatusOr<std::optional<uint64_t>> VersionOf(const Overlay& overlay, Keyspace keyspace,
                                                    const std::string& key) const;
  // Result: the index of the first precondition that does not hold; -1 when all hold.
  absl::StatusOr<int> FirstFailed(const Overlay& overlay, const WriteSet& set) const;

  const std::unique_ptr<Database> database_;

  std::atomic<uint64_t> under_way_ = 0;
  // Held across the synced write: it is what makes precondition and write one step. The only lock
  // of the code base that is held across IO.
  Mutex commit_mu_;
  uint64_t sequence_ ABSL_GUARDED_BY(commit_mu_);
  uint64_t commits_ ABSL_GUARDED_BY(commit_mu_) = 0;  // begun
};

absl::StatusOr<std::optional<uint64_t>> RocksDbStore::VersionOf(const Overlay& overlay,
                                                                Keyspace keyspace,
                                                                const std::string& key) const {
  if (!overlay.empty()) {
    const auto written = overlay.find({keyspace, key});
    if (written != overlay.end()) return written->second;
  }
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status status =
      database_->db->Get(rocksdb::ReadOptions(), database_->table(keyspace), key, &bytes);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Noted(*database_, FromRocksDb(status));
  const auto version = DecodeVersion(bytes);
  if (!version.ok()) return Noted(*database_, version.status());
  return *version;
}

absl::StatusOr<int> RocksDbStore::FirstFailed(const Overlay& overlay, const WriteSet& set) const {
  int index = 0;
  for (const WriteSet::Precondition& precondition : set.preconditions()) {
    MRG_ASSIGN_OR_RETURN(const std::optional<uint64_t> version,
                         VersionOf(overlay, precondition.keyspace, precondition.key));
    if (version != precondition.version) return index;
    ++index;
  }
  return -1;
}

std::vector<CommitResult> RocksDbStore::CommitGroup(std::span<const WriteSet> sets) {
  MutexLock lock(commit_mu_);
  under_way_ = ++commits_;
  const absl::Cleanup ended = [this] { under_way_ = 0; };
  const auto all_unknown = [&](absl::string_view detail) {
    return std::vector<CommitResult>(sets.size(), CommitResult::Unknown(detail));
  };
  if (database_->failures->any)
    return all_unknown("an earlier write or read failed; the store must be opened again");

  std::vector<CommitResult> results;
  rocksdb::WriteBatch batch;
  Overlay overlay;
  uint64_t sequence = sequence_;
  bool durable = false;
  for (const WriteSet& set : sets) {
    const absl::StatusOr<int> failed = FirstFailed(overlay, set);
    if (!failed.ok()) return all_unknown(failed.status().message());  // nothing was written yet
    if (*failed >= 0) {
      results.push_back(CommitResult::PreconditionFailed(*failed));
      continue;
    }
    ++sequence;
    durable = durable || !set.may_be_lost();
    const std::string version = EncodeVersion(sequence);
    for (const WriteSet::Write& write : set.writes()) {
      rocksdb::ColumnFamilyHandle* const table = database_->table(write.keyspace);
      if (write.value.has_value()) {
        const rocksdb::Slice key = write.key;
        const std::array<rocksdb::Slice, 2> parts = {rocksdb::Slice(version),
                                                     rocksdb::Slice(*write.value)};
        batch.Put(table, rocksdb::SliceParts(&key, 1), rocksdb::SliceParts(parts.data(), 2));
      } else {
        batch.Delete(table, write.key);
      }
      if (sets.size() > 1) {
        overlay[{write.keyspace, write.key}] =
            write.value.has_value() ? std::optional<uint64_t>(sequence) : std::nullopt;
      }
    }
    results.push_back(CommitResult::Committed());
  }
  if (batch.Count() == 0) return results;

  batch.Put(database_->handles[0], kSequenceKey, EncodeVersion(sequence));
  rocksdb::WriteOptions options;
  // A sync covers the whole log before it, so what may be lost goes with the next that may not.
  options.sync = durable;
  const rocksdb::Status status = database_->db->Write(options, &batch);
  if (!status.ok()) {
    database_->failures->any = true;
    return all_unknown(absl::StrCat("write failed: ", status.ToString()));
  }
  sequence_ = sequence;
  return results;
}

absl::Status RocksDbStore::EraseDeleted(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end) {
  const auto done = [](const rocksdb::Status& status) {
    return status.ok() ? absl::OkStatus() : FromRocksDb(status);
  };
  // A file of the write-ahead log goes when no table needs it any more: all are written out.
  MRG_RETURN_IF_ERROR(done(database_->db->Flush(rocksdb::FlushOptions(), database_->handles)));
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  // Else the last level, where the earlier value may stand, is left as it is.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice from = ToSlice(begin);
  const rocksdb::Slice until = ToSlice(end);
  MRG_RETURN_IF_ERROR(done(database_->db->CompactRange(options, database_->table(keyspace), &from,
                                                       end.empty() ? nullptr : &until)));
  // Files that are not needed any more are deleted by other threads: listing the log waits for
  // those deletions, and then deletes what is left.
  rocksdb::VectorLogPtr files;
  return done(database_->db->GetSortedWalFiles(files));
}

}  // namespace

absl::StatusOr<std::unique_ptr<OrderedStore>> OpenRocksDbStore(const std::string& path) {
  return OpenRocksDbStoreIn(path, rocksdb::Env::Default());
}

absl::StatusOr<std::unique_ptr<OrderedStore>> OpenRocksDbStoreIn(const std::string& path,
                                                                 rocksdb::Env* env) {
  auto database = std::make_unique<Database>();
  database->env = rocksdb::NewCompositeEnv(
      std::make_shared<SyncWatch>(env->GetFileSystem(), database->failures));
  rocksdb::DBOptions options = DatabaseOptions(database->env.get());
  options.listeners.push_back(std::make_shared<BackgroundWatch>(database->failures));
  MRG_RETURN_IF_ERROR(CheckKeyspacesKnown(options, path));

  const std::vector<rocksdb::ColumnFamilyDescriptor> tables = DescribeTables();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, tables, &database->handles, &db);
  if (!opened.ok()) return FromRocksDb(opened);
  database->db.reset(db);

  uint64_t sequence = 0;
  std::string stored;
  const rocksdb::Status read =
      db->Get(rocksdb::ReadOptions(), database->handles[0], kSequenceKey, &stored);
  if (read.ok()) {
    MRG_ASSIGN_OR_RETURN(sequence, DecodeVersion(stored));
  } else if (!read.IsNotFound()) {
    return FromRocksDb(read);
  }
  return std::unique_ptr<OrderedStore>(
      std::make_unique<RocksDbStore>(std::move(database), sequence));
}

}  // namespace mrg
