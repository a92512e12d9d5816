#include "trustlist/store/locked_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {

absl::StatusOr<LockedFolder> LockedFolder::Open(const std::string& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int locked = opened;
  while (locked >= 0 && (locked = flock(opened, LOCK_EX)) < 0 && errno == EINTR) locked = opened;
  if (locked >= 0) return LockedFolder(opened);
  absl::Status failed =
      MakeError(Reason::kStoreUnavailable, absl::StrCat(folder, ": ", std::strerror(errno)));
  if (opened >= 0) close(opened);
  return failed;
}

LockedFolder::~LockedFolder() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace mrg
