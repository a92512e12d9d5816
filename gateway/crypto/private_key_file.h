#ifndef MRG_GATEWAY_CRYPTO_PRIVATE_KEY_FILE_H_
#define MRG_GATEWAY_CRYPTO_PRIVATE_KEY_FILE_H_

// Files that hold secrets: readable by their owner alone, or refused.
//
// Thread-safe.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// `field` is what named the path, a field of the configuration or a flag.
// Result: the file's bytes, at most 64 KiB. Errors: KEY_FILE_INVALID naming field and path, when it
// cannot be read, is not a regular file, or others may read it (mode other than 0600 or 0400).
absl::StatusOr<std::string> ReadPrivateKeyFile(absl::string_view field, const std::string& path);

// The same for a raw secret of at least 32 bytes.
absl::StatusOr<std::string> ReadSecretFile(absl::string_view field, const std::string& path);

// Writes a new file of mode 0600. Errors: KEY_FILE_INVALID when it exists or cannot be written.
absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_PRIVATE_KEY_FILE_H_
