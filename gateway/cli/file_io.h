#ifndef MRG_GATEWAY_CLI_FILE_IO_H_
#define MRG_GATEWAY_CLI_FILE_IO_H_

// Whole-file reads and writes of the command line.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Result: the file's bytes. Errors: NotFound with the path; a file over 64 MiB is refused.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// Writes the bytes, replacing the file. Errors: Unavailable with the path.
absl::Status WriteWholeFile(const std::string& path, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_FILE_IO_H_
