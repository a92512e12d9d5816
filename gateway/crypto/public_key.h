#ifndef MRG_GATEWAY_CRYPTO_PUBLIC_KEY_H_
#define MRG_GATEWAY_CRYPTO_PUBLIC_KEY_H_

// A public key, parsed strictly and bound to the scheme it is used with. It is parsed once: copies
// share the parsed form, and so do all verifiers made of it.
//
// Thread-safe: immutable, cheap to copy.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

struct KeyHandle;

class PublicKey {
 public:
  // Parses DER SubjectPublicKeyInfo (RFC 5280 4.1) in its one canonical encoding; EC points
  // uncompressed (GB/T 35276, RFC 5480 2.2) and on the curve; RSA moduli of 2048 to 8192 bits with
  // an odd exponent of 17 to 256 bits (FIPS 186-5 A.1.1).
  // Errors (verdicts): KEY_MALFORMED; KEY_MISLABELLED (a key of another algorithm);
  // KEY_WRONG_CURVE (an EC key on a curve that no scheme here uses).
  static absl::StatusOr<PublicKey> Parse(Scheme scheme, absl::string_view spki_der);

  Scheme scheme() const { return scheme_; }
  const std::string& spki_der() const { return spki_der_; }
  // SHA-256 of spki_der, 32 raw bytes.
  const std::string& spki_sha256() const { return spki_sha256_; }

  // For this package only: the parsed key.
  const KeyHandle& handle() const { return *handle_; }

 private:
  PublicKey(Scheme scheme, std::string spki_der, std::shared_ptr<const KeyHandle> handle);

  Scheme scheme_;
  std::string spki_der_;
  std::string spki_sha256_;
  std::shared_ptr<const KeyHandle> handle_;
};

// Result: true when `spki_der` has the one form that PublicKey::Parse takes for the scheme, byte
// for byte, so that a list of a million keys can be checked before any is used. Whether the point
// lies on the curve Parse alone says. Always false for RSA, whose keys have no one form.
bool HasFixedKeyForm(Scheme scheme, absl::string_view spki_der);

// Parses a PEM "PUBLIC KEY" block. Errors: as Parse.
absl::StatusOr<PublicKey> PublicKeyFromPem(Scheme scheme, absl::string_view pem);

// Result: the PEM "PUBLIC KEY" block of the key, ending in a newline.
std::string PublicKeyToPem(const PublicKey& key);

// Makes an Ed25519 key from its 32 raw bytes (RFC 8032 5.1.5). Errors: KEY_MALFORMED.
absl::StatusOr<PublicKey> PublicKeyFromRawEd25519(absl::string_view raw);

// Result: the 32 raw bytes of an Ed25519 key. REQUIRES: scheme kEd25519.
std::string RawEd25519(const PublicKey& key);

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_PUBLIC_KEY_H_
