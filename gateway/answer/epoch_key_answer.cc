#include "gateway/answer/epoch_key_answer.h"

#include "gateway/base/identifiers.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/licence_tag/give_epoch_key.h"

namespace mrg {

absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(
    const EpochKeyring& keys, const trustlist::v1::GetEpochKeyRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
  return GiveEpochKey(keys.OwnKeysOf(jurisdiction), message.epoch(), now);
}

}  // namespace mrg
