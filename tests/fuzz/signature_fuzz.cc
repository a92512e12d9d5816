// Bytes as a key and its signature of "message": the scheme, the key's length in two bytes, the
// key's SubjectPublicKeyInfo, the signature.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr mrg::Scheme kSchemes[] = {mrg::Scheme::kSm2Sm3, mrg::Scheme::kEcdsaP256Sha256,
                                      mrg::Scheme::kEd25519, mrg::Scheme::kRsaPssSha256};
  if (size < 3) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const size_t key_bytes = size_t{data[1]} * 256 + data[2];
  const auto key = mrg::PublicKey::Parse(kSchemes[data[0] % 4], bytes.substr(0, key_bytes));
  if (!key.ok()) return 0;
  const absl::string_view signature = bytes.substr(key->spki_der().size());
  const auto verifier = *mrg::NewEvpVerifier(*key);
  if (!verifier->Verify("message", signature).ok()) return 0;
  mrg::Require(!verifier->Verify("message", absl::StrCat(signature, std::string(1, '\0'))).ok(),
               "nothing follows a signature");
  mrg::Require(!verifier->Verify("message", signature.substr(0, signature.size() - 1)).ok(),
               "nothing of a signature may be left out");
  return 0;
}
