#ifndef MRG_GATEWAY_CRYPTO_RANDOM_H_
#define MRG_GATEWAY_CRYPTO_RANDOM_H_

// The one source of randomness.
//
// Thread-safe.

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace mrg {

// Result: `size` bytes from the cryptographic generator. Ends the process when it fails: going on
// with predictable salts or keys would be worse.
std::string RandomBytes(size_t size);

// Result: a UUID version 7 (RFC 9562 5.7) of `now`, 36 characters, lower case.
std::string NewUuidV7(absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_RANDOM_H_
