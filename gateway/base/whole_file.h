#ifndef MRG_GATEWAY_BASE_WHOLE_FILE_H_
#define MRG_GATEWAY_BASE_WHOLE_FILE_H_

// Reads and writes of whole files that people name.
//
// Thread-safe: holds nothing.

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Result: the file's bytes. Errors: NotFound with the path; InvalidArgument for a file of more than
// `bytes_max`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          size_t bytes_max = size_t{64} << 20);

// Writes the bytes, replacing the file. Errors: Unavailable with the path.
absl::Status WriteWholeFile(const std::string& path, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_WHOLE_FILE_H_
