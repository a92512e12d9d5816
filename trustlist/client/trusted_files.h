#ifndef MRG_TRUSTLIST_CLIENT_TRUSTED_FILES_H_
#define MRG_TRUSTLIST_CLIENT_TRUSTED_FILES_H_

// Where a client keeps the metadata files of one publisher that it accepted, role by role: the base
// of its rollback checks, and what it need not fetch again. Only the newest file of a role counts.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// One publisher. Implementations are called by one thread at a time. What is taken outlives a crash
// when they outlive the process at all. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class TrustedFiles {
 public:
  virtual ~TrustedFiles() = default;

  // Result: the newest file of the role; nullopt when there is none.
  virtual absl::StatusOr<std::optional<std::string>> Newest(absl::string_view role) const = 0;

  // Keeps `bytes`, which state `version`, as the newest file of the role.
  // Errors: METADATA_ROLLBACK when the implementation holds a newer one, STORE_CONFLICT.
  virtual absl::Status Take(absl::string_view role, int64_t version, absl::string_view bytes) = 0;

  // Takes a root that changed the keys of timestamp or snapshot, and trusts nothing that they
  // signed any more (TUF 5.3.11), so that versions set very high with a stolen key do not block the
  // publisher for ever. Errors: as Take.
  virtual absl::Status TakeRootAndForget(int64_t version, absl::string_view bytes) = 0;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_TRUSTED_FILES_H_
