#include "trustlist/client/folder_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/mirror_names.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/durable_file.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<FolderFiles>> FolderFiles::Open(std::string folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int locked = opened;
  // The folder itself is locked, so that nothing but trusted files lies in it. The lock ends with
  // the process, however that ends.
  while (locked >= 0 && (locked = flock(opened, LOCK_EX)) < 0 && errno == EINTR) locked = opened;
  if (locked < 0) {
    absl::Status failed =
        MakeError(Reason::kStoreUnavailable, absl::StrCat(folder, ": ", std::strerror(errno)));
    if (opened >= 0) close(opened);
    return failed;
  }
  return std::unique_ptr<FolderFiles>(new FolderFiles(std::move(folder), opened));
}

FolderFiles::~FolderFiles() { close(lock_); }

absl::StatusOr<std::optional<std::string>> FolderFiles::Newest(absl::string_view role) const {
  return ReadFileIfThere(FileOf(role));
}

absl::Status FolderFiles::Take(absl::string_view role, int64_t, absl::string_view bytes) {
  return WriteDurably(FileOf(role), bytes);
}

absl::Status FolderFiles::TakeRootAndForget(int64_t version, absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(Take(kRootRole, version, bytes));
  for (const char* role : {kTimestampRole, kSnapshotRole}) {
    std::error_code error;
    std::filesystem::remove(FileOf(role), error);
    if (error) return MakeError(Reason::kStoreUnavailable, error.message());
  }
  return absl::OkStatus();
}

std::string FolderFiles::FileOf(absl::string_view role) const {
  return absl::StrCat(folder_, "/", LocalRoleName(role));
}

}  // namespace mrg
