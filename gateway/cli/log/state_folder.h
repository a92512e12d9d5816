#ifndef MRG_GATEWAY_CLI_LOG_STATE_FOLDER_H_
#define MRG_GATEWAY_CLI_LOG_STATE_FOLDER_H_

// The folder where an auditor's mrgctl keeps what it has come to know: trusted lists, and the
// newest checkpoint of each log. Whoever could write there could make a log's past be forgotten.
//
// Thread-safe: holds nothing.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mrg {

// Result: `given`; when that is empty $XDG_STATE_HOME/mrg, or $HOME/.local/state/mrg without it.
// The folder is there, and private. Errors: as MakePrivateFolder; FailedPrecondition when neither
// variable names an absolute path.
absl::StatusOr<std::string> OpenStateFolder(const std::string& given);

// Makes the folder with mode 0700, and those above it that are missing. Errors: FailedPrecondition
// when it cannot be made, is no folder, or is of another user or open to others; then it stays as
// it is.
absl::Status MakePrivateFolder(const std::string& path);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_STATE_FOLDER_H_
