#ifndef MRG_TESTS_FUZZ_EXAMPLE_LOG_H_
#define MRG_TESTS_FUZZ_EXAMPLE_LOG_H_

// What gateway/docs/formats/log.md and receipt.md show: a log key that signed one checkpoint, and
// the one receipt under it. The corpora hold both.

#include <string>

#include "absl/strings/escaping.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

inline constexpr char kExampleLogOrigin[] = "example/log-1";

inline PublicKey ExampleLogPublicKey() {
  return *PublicKeyFromRawEd25519(
      absl::HexStringToBytes("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"));
}

inline std::string ExampleReceiptSalt() {
  return absl::HexStringToBytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

// 32 raw bytes.
inline std::string ExampleReceiptSha256() {
  return absl::HexStringToBytes("6915d6e4b118fb121f9d0605945fe8bf9385ea66e6556f29743221bb88a83d29");
}

}  // namespace mrg

#endif  // MRG_TESTS_FUZZ_EXAMPLE_LOG_H_
