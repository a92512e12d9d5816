#ifndef MRG_GATEWAY_CRYPTO_VERIFIER_H_
#define MRG_GATEWAY_CRYPTO_VERIFIER_H_

// Verification of a signature under one key.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Thread-safe.
class Verifier {
 public:
  virtual ~Verifier() = default;

  // Verifies `signature` over `message`, byte for byte. SM2 and ECDSA signatures are DER SEQUENCEs
  // of r and s in their one canonical encoding.
  // Errors (verdicts): SIGNATURE_NOT_DER, SIGNATURE_TRAILING_BYTES, SIGNATURE_OUT_OF_RANGE,
  // SIGNATURE_INVALID.
  virtual absl::Status Verify(absl::string_view message, absl::string_view signature) const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_VERIFIER_H_
