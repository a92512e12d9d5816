#include "gateway/crypto/passphrase.h"

#include <openssl/evp.h>

#include <cstdint>
#include <cstdlib>

namespace mrg {
namespace {

constexpr uint64_t kCost = uint64_t{1} << 17;
constexpr uint64_t kBlockSize = 8;
constexpr uint64_t kParallel = 1;
constexpr uint64_t kMemoryMax = uint64_t{256} << 20;  // it takes 128 * kCost * kBlockSize
constexpr size_t kSecretBytes = 32;

}  // namespace

std::string SecretOfPassphrase(absl::string_view passphrase, absl::string_view salt) {
  std::string secret(kSecretBytes, '\0');
  // What cannot be derived would be sealed under nothing, so the process ends instead.
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), kCost,
                     kBlockSize, kParallel, kMemoryMax,
                     reinterpret_cast<unsigned char*>(secret.data()), secret.size()) != 1) {
    std::abort();
  }
  return secret;
}

}  // namespace mrg
