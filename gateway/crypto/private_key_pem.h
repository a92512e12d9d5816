#ifndef MRG_GATEWAY_CRYPTO_PRIVATE_KEY_PEM_H_
#define MRG_GATEWAY_CRYPTO_PRIVATE_KEY_PEM_H_

// Private keys in PEM, read without ever asking anybody for a passphrase: OpenSSL would ask on the
// terminal, where a node has nobody who answers. Package-private.
//
// Thread-safe: pure functions.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/openssl_ptr.h"

namespace mrg {

// For every OpenSSL reader of PEM: a block that is encrypted cannot be read.
int NoPassphrase(char* buffer, int size, int for_writing, void* data);

// Result: the first private key in `pem`. Errors: `reason`, saying whether it is encrypted.
absl::StatusOr<EvpPkeyPtr> ReadPrivateKeyPem(absl::string_view pem, Reason reason);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_PRIVATE_KEY_PEM_H_
