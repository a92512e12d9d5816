#ifndef MRG_GATEWAY_CRYPTO_EVP_VERIFIER_H_
#define MRG_GATEWAY_CRYPTO_EVP_VERIFIER_H_

// Verification by OpenSSL's EVP interface.

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/verifier.h"

namespace mrg {

// Result: a verifier for the key's scheme; SM2 always with user id "1234567812345678" (GB/T 35276),
// set explicitly. Errors: INVARIANT_BROKEN when the library lacks the algorithm.
absl::StatusOr<std::unique_ptr<Verifier>> NewEvpVerifier(const PublicKey& key);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_EVP_VERIFIER_H_
