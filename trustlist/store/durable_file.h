#ifndef MRG_TRUSTLIST_STORE_DURABLE_FILE_H_
#define MRG_TRUSTLIST_STORE_DURABLE_FILE_H_

// Files that are whole or not there: written beside, synced, then renamed (docs/threats.md T10).
//
// Thread-safe; processes that write one file follow one another.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Writes the file, replacing one that is there. Errors: STORE_UNAVAILABLE; then the file is as
// before.
absl::Status WriteDurably(const std::string& path, absl::string_view bytes);

// Gives the file at `beside`, open as the descriptor `file`, the name `path` in the same folder,
// once its bytes are on disk. Errors: STORE_UNAVAILABLE; then `path` is as before.
absl::Status PutInPlace(int file, const std::string& beside, const std::string& path);

// Result: the file's bytes; nullopt when there is none. Errors: STORE_UNAVAILABLE.
absl::StatusOr<std::optional<std::string>> ReadFileIfThere(const std::string& path);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_DURABLE_FILE_H_
