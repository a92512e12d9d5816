#ifndef MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_
#define MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_

// The status list of one jurisdiction: what is known of single licences, found by licence_tag.
//
// Thread-safe: immutable after construction.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// licence_tag = HMAC-SHA-256(epoch key, jurisdiction 0x00 type 0x00 normalised number), 32 bytes.
// Source: SPEC 8. `normalised_number` as NormaliseNumber of gateway/catalogue gives it.
std::string LicenceTag(absl::string_view epoch_key, absl::string_view jurisdiction,
                       absl::string_view type_code, absl::string_view normalised_number);

// Result: the id of an entry in the status tree, "<epoch>/<hex tag>" (SPEC 3).
std::string LicenceStatusId(uint32_t epoch, absl::string_view tag);

// What the list says of a licence at one instant.
struct LicenceStatusVerdict {
  // LICENCE_REVOKED, LICENCE_CANCELLED or LICENCE_SUSPENDED; nullopt when none holds.
  std::optional<Reason> refusal;
  bool under_dispute = false;
};

class LicenceStatusList {
 public:
  // Builds from the canonical bytes of LicenceStatusEntry messages.
  // Errors: STATUS_LIST_INVALID, naming the field.
  static absl::StatusOr<LicenceStatusList> FromEntries(const std::vector<std::string>& entries);

  // Result: the verdict on the licence with this tag at `now`; nothing holds when it is not listed.
  LicenceStatusVerdict At(uint32_t epoch, absl::string_view tag, absl::Time now) const;

  // Result: true when the list holds the entry with this id, as LicenceStatusId gives it.
  bool Lists(absl::string_view id) const { return entries_.contains(id); }

  size_t size() const { return entries_.size(); }

 private:
  absl::flat_hash_map<std::string, gateway::v1::LicenceStatusEntry> entries_;  // by id
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_
