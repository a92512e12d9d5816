#ifndef MRG_GATEWAY_CRYPTO_SCHEME_H_
#define MRG_GATEWAY_CRYPTO_SCHEME_H_

// The signature schemes this gateway knows: one row each.
//
// Thread-safe: pure functions.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

enum class Scheme {
  kSm2Sm3,           // SM2 with SM3, user id 1234567812345678 (GB/T 32918.2, GB/T 35276)
  kEcdsaP256Sha256,  // FIPS 186-5
  kEd25519,          // RFC 8032
  kRsaPssSha256,     // RFC 8017 8.1, salt of 32 bytes
};

// Result: "sm2-sm3", "ecdsa-p256-sha256", "ed25519" or "rsa-pss-sha256".
absl::string_view SchemeName(Scheme scheme);

// Result: the scheme of that name. Errors: FIELD_MALFORMED, listing the names.
absl::StatusOr<Scheme> SchemeFromName(absl::string_view name);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_SCHEME_H_
