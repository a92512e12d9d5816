#ifndef MRG_GATEWAY_CLI_SETUP_REPLACED_FILE_H_
#define MRG_GATEWAY_CLI_SETUP_REPLACED_FILE_H_

// Files that a person keeps and a command changes.
//
// Threads: one process at a time changes a file.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Gives the file new bytes. Its mode stays, its owner too when root calls, and where a symbolic
// link leads to it, the link; whoever looks sees the old bytes or all of the new ones. `flag` is
// the command's flag that named the path. Errors: Unavailable naming flag and path; then the file
// is as it was.
absl::Status ReplaceFile(absl::string_view flag, const std::string& path, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_REPLACED_FILE_H_
