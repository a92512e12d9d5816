#ifndef MRG_GATEWAY_CRYPTO_PASSPHRASE_H_
#define MRG_GATEWAY_CRYPTO_PASSPHRASE_H_

// Secrets that leave the node's machine, under words that a person keeps.
//
// Thread-safe: pure functions; each takes 128 MiB and some half a second, on purpose.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

inline constexpr size_t kPassphraseSaltBytes = 32;

// Result: 32 bytes, for SealingKey::Derive. `salt`: random, one for each that is sealed together.
// Source: RFC 7914 (scrypt, N = 2^17, r = 8, p = 1).
std::string SecretOfPassphrase(absl::string_view passphrase, absl::string_view salt);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_PASSPHRASE_H_
