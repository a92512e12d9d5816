#include "gateway/storage/testing/memory_disk.h"

#include <atomic>
#include <string>
#include <utility>

#include "gateway/storage/rocksdb_environment.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace mrg {
namespace {

constexpr char kFolder[] = "/store";

rocksdb::IOStatus NoPower() { return rocksdb::IOStatus::IOError("injected: the power is gone"); }

}  // namespace

// Keeps what is written to a file apart until it is synced or the file is closed.
class MemoryDisk::FileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit FileSystem(const std::shared_ptr<rocksdb::FileSystem>& target)
      : FileSystemWrapper(target) {}
  static const char* kClassName() { return "MemoryDisk"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    if (!powered) return NoPower();
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const rocksdb::IOStatus status =
        FileSystemWrapper::NewWritableFile(name, options, &file, context);
    if (status.ok()) *result = std::make_unique<File>(std::move(file), this);
    return status;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    return powered ? FileSystemWrapper::RenameFile(from, to, options, context) : NoPower();
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    return powered ? FileSystemWrapper::DeleteFile(name, options, context) : NoPower();
  }

  std::atomic<bool> powered = true;

 private:
  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, const FileSystem* disk)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override {
      if (!disk_->powered) return NoPower();
      unsynced_.append(data.data(), data.size());
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* context) override {
      return Append(data, options, context);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
      return WriteUnsynced(options, context);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      return WriteUnsynced(options, context);
    }
    rocksdb::IOStatus Close(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      if (disk_->powered) {
        const rocksdb::IOStatus written = WriteUnsynced(options, context);
        if (!written.ok()) return written;
      }
      return FSWritableFileOwnerWrapper::Close(options, context);
    }
    uint64_t GetFileSize(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* context) override {
      return FSWritableFileOwnerWrapper::GetFileSize(options, context) + unsynced_.size();
    }

   private:
    rocksdb::IOStatus WriteUnsynced(const rocksdb::IOOptions& options,
                                    rocksdb::IODebugContext* context) {
      if (!disk_->powered) return NoPower();
      if (unsynced_.empty()) return rocksdb::IOStatus::OK();
      const std::string bytes = std::exchange(unsynced_, {});
      return FSWritableFileOwnerWrapper::Append(bytes, options, context);
    }

    const FileSystem* const disk_;
    std::string unsynced_;
  };
};

struct MemoryDisk::Parts {
  const std::unique_ptr<rocksdb::Env> memory{rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const std::shared_ptr<FileSystem> files = std::make_shared<FileSystem>(memory->GetFileSystem());
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
};

MemoryDisk::MemoryDisk() : parts_(std::make_unique<Parts>()) {}
MemoryDisk::~MemoryDisk() = default;

absl::StatusOr<std::unique_ptr<OrderedStore>> MemoryDisk::Open() {
  parts_->files->powered = true;
  return OpenRocksDbStoreIn(kFolder, parts_->env.get());
}

void MemoryDisk::LosePower() { parts_->files->powered = false; }

}  // namespace mrg
