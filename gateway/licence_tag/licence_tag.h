#ifndef MRG_GATEWAY_LICENCE_TAG_LICENCE_TAG_H_
#define MRG_GATEWAY_LICENCE_TAG_LICENCE_TAG_H_

// The licence_tag: under which a licence stands in its jurisdiction's status list, without its
// number. New entries go under the key in use; what stands against a licence may stand under any
// key that was (ADR-0017). How a list is asked: status_query.h.
//
// Thread-safe: plain values and pure functions.

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/licence_tag/epoch_keys.h"

namespace mrg {

// What a tag is made of, but for the key.
struct TaggedLicence {
  JurisdictionId jurisdiction;  // issuing
  LicenceTypeCode type_code;
  std::string number;  // as NormaliseNumber of gateway/catalogue gives it
};

// A licence under one epoch: an entry of the list.
struct LicenceKey {
  JurisdictionId jurisdiction;  // issuing
  uint32_t epoch = 0;           // from 1
  std::string tag;              // 32 bytes
};

// A licence under every epoch whose key is held.
struct LicenceTags {
  JurisdictionId jurisdiction;           // issuing
  uint32_t epoch = 0;                    // in use: where new entries go
  std::map<uint32_t, std::string> tags;  // 32 bytes each, by epoch; `epoch` is among them
};

// licence_tag = HMAC-SHA-256(epoch key, jurisdiction 0x00 type 0x00 normalised number), 32 bytes.
std::string LicenceTag(absl::string_view epoch_key, absl::string_view jurisdiction,
                       absl::string_view type_code, absl::string_view normalised_number);
std::string LicenceTag(const EpochKey& key, const TaggedLicence& licence);

// Result: the licence under the key in use at `now`. Errors: EPOCH_KEY_UNAVAILABLE when none is.
absl::StatusOr<LicenceKey> KeyInUse(const EpochKeys& keys, const TaggedLicence& licence,
                                    absl::Time now);

// Result: the licence under each of the keys. Errors: as KeyInUse.
absl::StatusOr<LicenceTags> TagsUnder(const EpochKeys& keys, const TaggedLicence& licence,
                                      absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_LICENCE_TAG_LICENCE_TAG_H_
