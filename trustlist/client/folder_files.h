#ifndef MRG_TRUSTLIST_CLIENT_FOLDER_FILES_H_
#define MRG_TRUSTLIST_CLIENT_FOLDER_FILES_H_

// Trusted files in a folder, one a role, as `mrgctl tuf` keeps them: <role>.json without versions,
// named by LocalRoleName.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "trustlist/client/trusted_files.h"
#include "trustlist/store/locked_folder.h"

namespace mrg {

// Threads: as TrustedFiles. Processes: while one holds an object on a folder, the others wait.
class FolderFiles : public TrustedFiles {
 public:
  // Waits until no other process works on `folder`. Errors: STORE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<FolderFiles>> Open(std::string folder);
  FolderFiles(const FolderFiles&) = delete;
  FolderFiles& operator=(const FolderFiles&) = delete;

  absl::StatusOr<std::optional<std::string>> Newest(absl::string_view role) const override;
  absl::Status Take(absl::string_view role, int64_t version, absl::string_view bytes) override;
  absl::Status TakeRootAndForget(int64_t version, absl::string_view bytes) override;

 private:
  FolderFiles(std::string folder, LockedFolder lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}
  std::string FileOf(absl::string_view role) const;

  const std::string folder_;
  const LockedFolder lock_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_FOLDER_FILES_H_
