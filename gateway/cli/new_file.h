#ifndef MRG_GATEWAY_CLI_NEW_FILE_H_
#define MRG_GATEWAY_CLI_NEW_FILE_H_

// Files that appear whole, under names that nobody has taken.
//
// Threads: safe for different paths.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

inline constexpr int kPublicFileMode = 0644;
inline constexpr int kPrivateFileMode = 0600;

// Writes a new file of `mode`. `flag` is the command's flag that named the path. Whoever looks at
// the path sees nothing or the whole file, also when the machine stops.
// Errors: AlreadyExists, Unavailable, each naming flag and path; then nothing is left at the path
// that was not there before.
absl::Status WriteNewFile(absl::string_view flag, const std::string& path, absl::string_view bytes,
                          int mode);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_NEW_FILE_H_
