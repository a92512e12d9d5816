#ifndef MRG_TRUSTLIST_CLIENT_FILE_SOURCE_H_
#define MRG_TRUSTLIST_CLIENT_FILE_SOURCE_H_

// Files of a static mirror, by their path below its base: over HTTP, or in a folder.

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// One base. Implementations bound each call in time. Called by one thread at a time.
class FileSource {
 public:
  virtual ~FileSource() = default;

  // Result: the file's bytes. `path`: relative, already percent-encoded where that is needed.
  // Errors: METADATA_NOT_FOUND when there is no such file; METADATA_TOO_LONG for more than
  // `bytes_max` bytes, of which no more are read; FETCH_FAILED.
  virtual absl::StatusOr<std::string> Fetch(absl::string_view path, size_t bytes_max) = 0;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_FILE_SOURCE_H_
