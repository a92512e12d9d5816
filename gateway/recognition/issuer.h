#ifndef MRG_GATEWAY_RECOGNITION_ISSUER_H_
#define MRG_GATEWAY_RECOGNITION_ISSUER_H_

// One listed key of one issuing authority: who may sign which licence type for which area, with
// which key, and in which state that key is.
//
// Thread-safe: immutable after construction.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/verifier.h"
#include "mrg/gateway/v1/issuer.pb.h"

namespace mrg {

// Bounds of an entry.
inline constexpr size_t kIssuerNameBytesMax = 512;
inline constexpr int kIssuerTypeCodesMax = 1000;
inline constexpr int kIssuerAreaPrefixesMax = 1000;
inline constexpr int kIssuerStatesMax = 64;

// Result: true for a prefix of a GB/T 2260 code: 2, 4 or 6 digits.
bool IsAreaPrefix(absl::string_view text);

// Result: the id of an entry in the issuer tree, "<issuer code>/<hex SHA-256 of SPKI>".
// `spki_sha256`: 32 raw bytes.
std::string IssuerId(absl::string_view issuer_code, absl::string_view spki_sha256);

// One entry, checked.
class Issuer {
 public:
  // Parses the canonical bytes of an IssuerEntry.
  // Errors: ISSUER_LIST_INVALID, naming the field.
  static absl::StatusOr<std::shared_ptr<const Issuer>> Parse(absl::string_view entry_bytes);

  const std::string& issuer_code() const { return entry_.issuer_code(); }
  // SHA-256 of the entry's bytes, 32 raw bytes; stands in the decision record.
  const std::string& entry_sha256() const { return entry_sha256_; }
  // SHA-256 of the key's DER SubjectPublicKeyInfo, 32 raw bytes.
  const std::string& spki_sha256() const { return public_key_.spki_sha256(); }
  // The key, prepared once for many verifications.
  const Verifier& verifier() const { return *verifier_; }
  Scheme scheme() const { return public_key_.scheme(); }

  bool MaySignType(absl::string_view type_code) const;
  // `division` is a GB/T 2260 code of 6 digits or a prefix of 2.
  bool MaySignArea(absl::string_view division) const;

  // Whether the listing has begun.
  bool IsListedAt(absl::Time now) const;

  // The verdict on this key at `now` apart from what depends on the signing time: nullopt when it
  // may be used; else ISSUER_NOT_YET_LISTED, ISSUER_KEY_USE, ISSUER_SUSPENDED, ISSUER_COMPROMISED.
  // A compromised key is refused whatever the claimed signing time: only a trusted timestamp could
  // help, and this version reads none (docs/threats.md R05).
  std::optional<Reason> RefusalAt(absl::Time now) const;

  // The time from which the key is retired; nullopt when it is not.
  std::optional<absl::Time> RetiredAt() const;

 private:
  Issuer(gateway::v1::IssuerEntry entry, std::string entry_sha256, PublicKey key,
         std::unique_ptr<Verifier> verifier);

  gateway::v1::IssuerEntry entry_;
  std::string entry_sha256_;
  PublicKey public_key_;
  std::unique_ptr<Verifier> verifier_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_ISSUER_H_
