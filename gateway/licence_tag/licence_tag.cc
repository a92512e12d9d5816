#include "gateway/licence_tag/licence_tag.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {

std::string LicenceTag(absl::string_view epoch_key, absl::string_view jurisdiction,
                       absl::string_view type_code, absl::string_view normalised_number) {
  const absl::string_view zero("\0", 1);
  return HmacSha256(epoch_key,
                    absl::StrCat(jurisdiction, zero, type_code, zero, normalised_number));
}

std::string LicenceTag(const EpochKey& key, const TaggedLicence& licence) {
  return LicenceTag(key.key, licence.jurisdiction.value(), licence.type_code.value(),
                    licence.number);
}

absl::StatusOr<LicenceKey> KeyInUse(const EpochKeys& keys, const TaggedLicence& licence,
                                    absl::Time now) {
  const std::optional<EpochKey> in_use = InUseAt(keys, now);
  if (!in_use.has_value()) {
    return MakeError(Reason::kEpochKeyUnavailable,
                     "no licence-tag key of the jurisdiction that is in use is held here");
  }
  return LicenceKey{licence.jurisdiction, in_use->epoch, LicenceTag(*in_use, licence)};
}

absl::StatusOr<LicenceTags> TagsUnder(const EpochKeys& keys, const TaggedLicence& licence,
                                      absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const LicenceKey in_use, KeyInUse(keys, licence, now));
  LicenceTags tags{licence.jurisdiction, in_use.epoch, {}};
  for (const auto& [epoch, key] : keys) tags.tags[epoch] = LicenceTag(key, licence);
  return tags;
}

}  // namespace mrg
