#ifndef MRG_GATEWAY_CRYPTO_DIGEST_H_
#define MRG_GATEWAY_CRYPTO_DIGEST_H_

// Digests and message authentication, each 32 raw bytes unless said.
//
// Thread-safe: pure functions; a Sha256Stream belongs to one thread.

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// Of SHA-256, SM3 and HMAC-SHA-256.
inline constexpr size_t kDigestBytes = 32;

// Result: SHA-256 (FIPS 180-4), 32 raw bytes.
std::string Sha256(absl::string_view bytes);

// Result: SHA-512 (FIPS 180-4), 64 raw bytes.
std::string Sha512(absl::string_view bytes);

// Result: SM3 (GB/T 32905), 32 raw bytes.
std::string Sm3(absl::string_view bytes);

// Result: HMAC-SHA-256 (RFC 2104), 32 raw bytes. `key` may have any length.
std::string HmacSha256(absl::string_view key, absl::string_view message);

// SHA-256 over parts, without joining them.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  Sha256Stream& Update(absl::string_view bytes);
  // Result: the digest of all parts, 32 raw bytes. The stream is used up.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_DIGEST_H_
