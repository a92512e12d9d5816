#ifndef MRG_GATEWAY_CRYPTO_ECDSA_SIGNATURE_H_
#define MRG_GATEWAY_CRYPTO_ECDSA_SIGNATURE_H_

// The one canonical encoding of an ECDSA or SM2 signature. Libraries accept looser forms, which
// would let anyone make a second signature from a first (docs/threats.md R07).
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Checks that `signature` is DER SEQUENCE { INTEGER r, INTEGER s } (GB/T 35276; RFC 3279 2.2.3)
// with both values in [1, order - 1]. `order`: the group order, 32 bytes big-endian.
// Errors (verdicts): SIGNATURE_NOT_DER, SIGNATURE_TRAILING_BYTES, SIGNATURE_OUT_OF_RANGE.
absl::Status CheckEcdsaSignature(absl::string_view signature, absl::string_view order);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_ECDSA_SIGNATURE_H_
