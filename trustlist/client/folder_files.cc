#include "trustlist/client/folder_files.h"

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
  MRG_ASSIGN_OR_RETURN(LockedFolder lock, LockedFolder::Open(folder));
  return std::unique_ptr<FolderFiles>(new FolderFiles(std::move(folder), std::move(lock)));
}

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
