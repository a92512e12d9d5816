#ifndef MRG_TRUSTLIST_DURABLE_FILE_H_
#define MRG_TRUSTLIST_DURABLE_FILE_H_

// Files that are whole or not there: written beside, synced, then renamed (THREATS T10).
//
// Thread-safe.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Writes the file, replacing one that is there. Errors: STORE_UNAVAILABLE; then the file is as
// before.
absl::Status WriteDurably(const std::string& path, absl::string_view bytes);

// Result: the file's bytes; nullopt when there is none. Errors: STORE_UNAVAILABLE.
absl::StatusOr<std::optional<std::string>> ReadFileIfThere(const std::string& path);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_DURABLE_FILE_H_
