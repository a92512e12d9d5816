// Bytes as a SubjectPublicKeyInfo of every scheme.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  int schemes = 0;
  for (const mrg::Scheme scheme : {mrg::Scheme::kSm2Sm3, mrg::Scheme::kEcdsaP256Sha256,
                                   mrg::Scheme::kEd25519, mrg::Scheme::kRsaPssSha256}) {
    const auto key = mrg::PublicKey::Parse(scheme, bytes);
    if (!key.ok()) continue;
    ++schemes;
    mrg::Require(key->spki_der() == bytes, "a key has one encoding");
    const auto again = mrg::PublicKeyFromPem(scheme, mrg::PublicKeyToPem(*key));
    mrg::Require(again.ok() && again->spki_der() == bytes, "a key stays the same as PEM");
    const auto verifier = mrg::NewEvpVerifier(*key);
    mrg::Require(verifier.ok(), "a key that was taken can be used");
    mrg::Require(!(*verifier)->Verify("message", "no signature").ok(), "no signature, no yes");
  }
  mrg::Require(schemes <= 1, "a key is of one scheme");
  return 0;
}
