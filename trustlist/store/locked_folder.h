#ifndef MRG_TRUSTLIST_STORE_LOCKED_FOLDER_H_
#define MRG_TRUSTLIST_STORE_LOCKED_FOLDER_H_

// A folder that one process at a time works in. The folder itself is locked, so that nothing but
// what it is for lies in it; the lock ends with the process, however that ends.
//
// Threads: an object belongs to one thread.

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace mrg {

class LockedFolder {
 public:
  // Waits until the lock is free. Errors: STORE_UNAVAILABLE.
  static absl::StatusOr<LockedFolder> Open(const std::string& folder);
  LockedFolder(LockedFolder&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ~LockedFolder();

 private:
  explicit LockedFolder(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_LOCKED_FOLDER_H_
