#ifndef MRG_GATEWAY_CRYPTO_SEALING_KEY_H_
#define MRG_GATEWAY_CRYPTO_SEALING_KEY_H_

// Secrets at rest: sealed under a key that is derived from a secret of the node's own, so that what
// is stored says nothing to who has the store alone.
//
// Thread-safe: immutable.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace mrg {

// What a seal is longer than what it holds: a nonce of 12 bytes and a tag of 16.
inline constexpr size_t kSealBytes = 28;

class SealingKey {
 public:
  // `secret`: at least 32 bytes from a file of the node. `purpose`: keys of different purposes do
  // not open each other's seals. Source: RFC 5869 (HKDF-SHA-256 without salt, 32 bytes).
  static SealingKey Derive(absl::string_view secret, absl::string_view purpose);

  // Result: kSealBytes more than `plain`, different each time. `context` is not in it and must be
  // the same at opening: where it is stored, so that seals cannot be exchanged.
  // Source: NIST SP 800-38D, AES-256-GCM with a random nonce; at most 2^32 seals a key.
  std::string Seal(absl::string_view plain, absl::string_view context) const;

  // Result: what was sealed; nullopt when another key or context was used or a byte was changed.
  std::optional<std::string> Open(absl::string_view sealed, absl::string_view context) const;

 private:
  explicit SealingKey(std::string key) : key_(std::move(key)) {}

  const std::string key_;  // 32 bytes
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_SEALING_KEY_H_
