#ifndef MRG_GATEWAY_STORAGE_ROCKSDB_FAILURES_H_
#define MRG_GATEWAY_STORAGE_ROCKSDB_FAILURES_H_

// What fails below RocksDB and beside the commits, noted where it happens. For this package only:
// it names RocksDB's types.
//
// Thread-safe.

#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/listener.h"

namespace mrg {

// What went wrong below RocksDB, whose statuses do not tell a write from a sync. Thread-safe.
struct RocksDbFailures {
  std::atomic<bool> any = false;
  std::atomic<bool> sync = false;
  std::atomic<bool> corrupt = false;
};

// Notes failed syncs of every file, and makes each the owner's alone, whatever mask the process
// has.
class SyncWatch : public rocksdb::FileSystemWrapper {
 public:
  SyncWatch(const std::shared_ptr<rocksdb::FileSystem>& target,
            std::shared_ptr<RocksDbFailures> failures)
      : FileSystemWrapper(target), failures_(std::move(failures)) {}
  static const char* kClassName() { return "SyncWatch"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    return Watched(Closed(name, FileSystemWrapper::NewWritableFile(name, options, result, context)),
                   result);
  }
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* context) override {
    return Closed(name, FileSystemWrapper::LockFile(name, options, lock, context));
  }
  rocksdb::IOStatus NewLogger(const std::string& name, const rocksdb::IOOptions& options,
                              std::shared_ptr<rocksdb::Logger>* result,
                              rocksdb::IODebugContext* context) override {
    return Closed(name, FileSystemWrapper::NewLogger(name, options, result, context));
  }
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* context) override {
    return Watched(FileSystemWrapper::ReopenWritableFile(name, options, result, context), result);
  }
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* context) override {
    return Watched(FileSystemWrapper::ReuseWritableFile(name, old_name, options, result, context),
                   result);
  }

 private:
  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<RocksDbFailures> failures)
        : FSWritableFileOwnerWrapper(std::move(file)), failures_(std::move(failures)) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
      return Noted(FSWritableFileOwnerWrapper::Sync(options, context));
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      return Noted(FSWritableFileOwnerWrapper::Fsync(options, context));
    }
    rocksdb::IOStatus RangeSync(uint64_t offset, uint64_t size, const rocksdb::IOOptions& options,
                                rocksdb::IODebugContext* context) override {
      return Noted(FSWritableFileOwnerWrapper::RangeSync(offset, size, options, context));
    }

   private:
    rocksdb::IOStatus Noted(rocksdb::IOStatus status) {
      if (!status.ok()) failures_->sync = failures_->any = true;
      return status;
    }
    const std::shared_ptr<RocksDbFailures> failures_;
  };

  // REQUIRES: `name` was made, or there before, when `status` is OK.
  static rocksdb::IOStatus Closed(const std::string& name, rocksdb::IOStatus status) {
    // What the environment keeps elsewhere than in a folder nobody else can open.
    if (!status.ok() || chmod(name.c_str(), 0600) == 0 || errno == ENOENT) return status;
    return rocksdb::IOStatus::IOError(name, std::strerror(errno));
  }

  rocksdb::IOStatus Watched(rocksdb::IOStatus status,
                            std::unique_ptr<rocksdb::FSWritableFile>* result) {
    if (status.ok()) *result = std::make_unique<File>(std::move(*result), failures_);
    return status;
  }

  const std::shared_ptr<RocksDbFailures> failures_;
};

// Notes what fails beside the commits: a flush or a compaction after which RocksDB takes no more.
class BackgroundWatch : public rocksdb::EventListener {
 public:
  explicit BackgroundWatch(std::shared_ptr<RocksDbFailures> failures)
      : failures_(std::move(failures)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override {
    failures_->any = true;
  }

 private:
  const std::shared_ptr<RocksDbFailures> failures_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ROCKSDB_FAILURES_H_
