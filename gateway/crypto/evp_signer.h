#ifndef MRG_GATEWAY_CRYPTO_EVP_SIGNER_H_
#define MRG_GATEWAY_CRYPTO_EVP_SIGNER_H_

// Signing by OpenSSL's EVP interface, from PKCS#8 files.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/scheme.h"
#include "gateway/crypto/signer.h"

namespace mrg {

// Result: a signer for the private key in `pkcs8_pem` (PEM "PRIVATE KEY", unencrypted).
// Errors: KEY_FILE_INVALID when it does not parse or is not of the scheme.
absl::StatusOr<std::unique_ptr<Signer>> NewEvpSigner(Scheme scheme, absl::string_view pkcs8_pem);

// Result: a new private key, PEM "PRIVATE KEY"; RSA keys have 3072 bits.
// Errors: INVARIANT_BROKEN.
absl::StatusOr<std::string> GeneratePrivateKeyPem(Scheme scheme);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_EVP_SIGNER_H_
