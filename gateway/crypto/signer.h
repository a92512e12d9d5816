#ifndef MRG_GATEWAY_CRYPTO_SIGNER_H_
#define MRG_GATEWAY_CRYPTO_SIGNER_H_

// Signing with one private key.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

// Thread-safe.
class Signer {
 public:
  virtual ~Signer() = default;

  // Result: the signature in the form Verifier expects. Errors: INVARIANT_BROKEN.
  virtual absl::StatusOr<std::string> Sign(absl::string_view message) const = 0;

  // The key under which the signatures verify.
  virtual const PublicKey& public_key() const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_SIGNER_H_
