#include "gateway/storage/store_view.h"

#include <cstdarg>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/rocksdb_database.h"
#include "gateway/storage/rocksdb_failures.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

// Files are written anew when 16 MiB have been, which no disk does as fast as a folder is opened.
constexpr int kAttempts = 20;
constexpr size_t kBatchBytes = size_t{1} << 20;
constexpr size_t kCurrentBytesMax = 4096;

// RocksDB would write its notes into the folder.
class NoNotes : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, std::va_list) override {}
};

// By what is seen that rows have gone from one file of a folder to another. A file of the
// write-ahead log is deleted after the manifest has grown by the table that its rows went into.
struct Landmarks {
  std::string manifest;
  uintmax_t manifest_bytes = 0;
  std::set<std::string> logs;
  bool operator==(const Landmarks&) const = default;
};

absl::StatusOr<Landmarks> LookAt(const std::string& folder) {
  Landmarks seen;
  MRG_ASSIGN_OR_RETURN(const std::string current,
                       ReadWholeFile(folder + "/CURRENT", kCurrentBytesMax));
  seen.manifest = std::string(absl::StripSuffix(current, "\n"));
  std::error_code error;
  seen.manifest_bytes = fs::file_size(folder + "/" + seen.manifest, error);
  if (error) return MakeError(Reason::kStoreUnavailable, error.message());
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".log") seen.logs.insert(at->path().filename().string());
  }
  if (error) return MakeError(Reason::kStoreUnavailable, error.message());
  return seen;
}

class RocksDbView : public StoreView {
 public:
  explicit RocksDbView(std::unique_ptr<Database> database) : database_(std::move(database)) {}

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
  absl::Status CopyTo(const std::string& target,
                      const std::function<void(uint64_t rows)>& progress) const override;

 private:
  const std::unique_ptr<Database> database_;
};

// Makes an empty store whose files are the owner's alone.
absl::StatusOr<std::unique_ptr<Database>> MakeStore(const std::string& folder) {
  auto made = std::make_unique<Database>();
  made->env = rocksdb::NewCompositeEnv(
      std::make_shared<SyncWatch>(rocksdb::Env::Default()->GetFileSystem(), made->failures));
  rocksdb::DBOptions options;
  options.env = made->env.get();
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.error_if_exists = true;
  options.info_log = std::make_shared<NoNotes>();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(options, folder, DescribeTables(), &made->handles, &db);
  if (!opened.ok()) return FromRocksDb(opened);
  made->db.reset(db);
  return made;
}

absl::Status RocksDbView::CopyTo(const std::string& target,
                                 const std::function<void(uint64_t rows)>& progress) const {
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    return MakeError(Reason::kConfigInvalid, absl::StrCat("expected no files in ", target));
  }
  MRG_RETURN_IF_ERROR(ClaimDataFolder(target));
  MRG_ASSIGN_OR_RETURN(const auto made, MakeStore(target));
  rocksdb::WriteOptions unlogged;  // all of it is written out in the end
  unlogged.disableWAL = true;
  uint64_t rows = 0;
  rocksdb::WriteBatch batch;
  const auto write = [&] {
    const rocksdb::Status written = made->db->Write(unlogged, &batch);
    batch.Clear();
    progress(rows);
    return written;
  };
  for (size_t i = 0; i < database_->handles.size(); ++i) {
    // As they are stored: the versions of the rows, and of the last commit, with them.
    std::unique_ptr<rocksdb::Iterator> at(
        database_->db->NewIterator(rocksdb::ReadOptions(), database_->handles[i]));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      batch.Put(made->handles[i], at->key(), at->value());
      ++rows;
      if (batch.GetDataSize() < kBatchBytes) continue;
      if (const rocksdb::Status written = write(); !written.ok()) return FromRocksDb(written);
    }
    if (!at->status().ok()) return FromRocksDb(at->status());
  }
  if (const rocksdb::Status written = write(); !written.ok()) return FromRocksDb(written);
  const rocksdb::Status flushed = made->db->Flush(rocksdb::FlushOptions(), made->handles);
  return flushed.ok() ? absl::OkStatus() : FromRocksDb(flushed);
}

absl::StatusOr<std::unique_ptr<Database>> OpenForReading(const std::string& folder) {
  rocksdb::DBOptions options;
  // A record that the node is just writing is none yet.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // All files are opened at once: later ones may be deleted under their names.
  options.max_open_files = -1;
  options.info_log = std::make_shared<NoNotes>();
  MRG_RETURN_IF_ERROR(CheckKeyspacesKnown(options, folder));
  auto database = std::make_unique<Database>();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(options, folder, DescribeTables(), &database->handles, &db);
  if (!opened.ok()) return FromRocksDb(opened);
  database->db.reset(db);
  return database;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoreView>> OpenStoreView(const std::string& folder) {
  MRG_RETURN_IF_ERROR(CheckDataFolder(folder));
  for (int i = 0; i < kAttempts; ++i) {
    MRG_ASSIGN_OR_RETURN(const Landmarks before, LookAt(folder));
    auto opened = OpenForReading(folder);
    MRG_ASSIGN_OR_RETURN(const Landmarks after, LookAt(folder));
    // Else rows may have gone from a file that was not read yet to one that was not known yet.
    if (before == after) {
      if (!opened.ok()) return opened.status();
      return std::make_unique<RocksDbView>(*std::move(opened));
    }
  }
  return MakeError(Reason::kStoreUnavailable,
                   absl::StrCat("data folder ", folder, ": its files changed each of ", kAttempts,
                                " times that they were opened"));
}

}  // namespace mrg
