#ifndef MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_
#define MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_

// The issuers of one jurisdiction as listed by it: who may sign which licence type for which area,
// with which key, and in which state that key is.
//
// Thread-safe: immutable after construction.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/verifier.h"
#include "mrg/gateway/v1/issuer.pb.h"

namespace mrg {

// One listed key of one issuing authority, checked.
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

  // The verdict on this key at `now` apart from what depends on the signing time: nullopt when it
  // may be used; else ISSUER_NOT_YET_LISTED, ISSUER_KEY_USE, ISSUER_SUSPENDED, ISSUER_COMPROMISED.
  // A compromised key is refused whatever the claimed signing time: only a trusted timestamp could
  // help, and this version reads none (DESIGN 4, issuer states).
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

// All issuers of a jurisdiction, found by key.
class IssuerList {
 public:
  explicit IssuerList(std::vector<std::shared_ptr<const Issuer>> issuers);

  // Result: the issuers that list this key, by issuer code; empty when none does.
  // `spki_sha256`: 32 raw bytes.
  const std::vector<std::shared_ptr<const Issuer>>& FindByKey(absl::string_view spki_sha256) const;

  size_t size() const { return size_; }

 private:
  absl::flat_hash_map<std::string, std::vector<std::shared_ptr<const Issuer>>> by_key_;
  size_t size_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_ISSUER_LIST_H_
