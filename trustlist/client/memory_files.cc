#include "trustlist/client/memory_files.h"

#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::optional<std::string>> MemoryFiles::Newest(absl::string_view role) const {
  const auto found = files_.find(std::string(role));
  if (found == files_.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

absl::Status MemoryFiles::Take(absl::string_view role, int64_t, absl::string_view bytes) {
  files_[std::string(role)] = std::string(bytes);
  return absl::OkStatus();
}

absl::Status MemoryFiles::TakeRootAndForget(int64_t version, absl::string_view bytes) {
  files_.clear();
  return Take(kRootRole, version, bytes);
}

}  // namespace mrg
