#ifndef MRG_TRUSTLIST_CLIENT_MEMORY_FILES_H_
#define MRG_TRUSTLIST_CLIENT_MEMORY_FILES_H_

// Trusted files that last as long as the object: for a check of what a client that stands at given
// files would say, which changes nothing that is kept.

#include <map>
#include <optional>
#include <string>

#include "trustlist/client/trusted_files.h"

namespace mrg {

// Threads: as TrustedFiles.
class MemoryFiles : public TrustedFiles {
 public:
  absl::StatusOr<std::optional<std::string>> Newest(absl::string_view role) const override;
  absl::Status Take(absl::string_view role, int64_t version, absl::string_view bytes) override;
  absl::Status TakeRootAndForget(int64_t version, absl::string_view bytes) override;

 private:
  std::map<std::string, std::string> files_;  // by role
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_MEMORY_FILES_H_
