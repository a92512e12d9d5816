#ifndef MRG_TRUSTLIST_FORMAT_TUF_KEY_H_
#define MRG_TRUSTLIST_FORMAT_TUF_KEY_H_

// A public key as TUF metadata states it.
//
// Thread-safe: immutable values and pure functions.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/verifier.h"
#include "trustlist/format/json_document.h"

namespace mrg {

// Key types and schemes (TUF 1.0 section 4.2.2, and our SM2):
//   keytype    scheme                keyval.public
//   ed25519    ed25519               64 hex digits
//   ecdsa      ecdsa-sha2-nistp256   PEM (older files say keytype ecdsa-sha2-nistp256)
//   rsa        rsassa-pss-sha256     PEM
//   sm2        sm2-sm3               PEM; user id 1234567812345678
class TufKey {
 public:
  // Reads one value of a `keys` object. Whatever cannot be used here (another key type or scheme,
  // another encoding, no key at all) gives a key that verifies nothing, so that a publisher may
  // list it beside known ones.
  static TufKey Of(const Json& key);

  // Verifies `signature` over `message`. Errors: METADATA_THRESHOLD when it does not verify, or the
  // key cannot be used here.
  absl::Status Verify(absl::string_view message, absl::string_view signature) const;

  // What makes the key itself, whatever key id it is listed under: SHA-256 of its
  // SubjectPublicKeyInfo, 32 raw bytes; when it cannot be used, SHA-256 of its canonical JSON.
  const std::string& identity() const { return identity_; }

 private:
  TufKey() = default;

  std::string identity_;
  std::shared_ptr<const Verifier> verifier_;  // null: cannot be used here
};

// Result: the key object of `key` as it stands in metadata.
Json TufKeyToJson(const PublicKey& key);

// Result: the key id we give: hex SHA-256 of the canonical key object (TUF 1.0 section 4.2.2).
std::string TufKeyId(const PublicKey& key);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_TUF_KEY_H_
