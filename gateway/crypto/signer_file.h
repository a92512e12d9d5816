#ifndef MRG_GATEWAY_CRYPTO_SIGNER_FILE_H_
#define MRG_GATEWAY_CRYPTO_SIGNER_FILE_H_

// Private keys as people hand them over: files whose scheme is told by the key itself.
//
// Thread-safe: pure but for the files.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/signer.h"

namespace mrg {

// Result: a signer for the private key in `pkcs8_pem`, under the one scheme that fits it.
// Errors: KEY_FILE_INVALID when no scheme of ours does.
absl::StatusOr<std::unique_ptr<Signer>> SignerFromPem(absl::string_view pkcs8_pem);

// The same for a file of mode 0600. Errors: KEY_FILE_INVALID.
absl::StatusOr<std::unique_ptr<Signer>> SignerFromFile(const std::string& path);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_SIGNER_FILE_H_
