#include "gateway/answer/epoch_key_answer.h"

#include <optional>

#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/licence_tag/give_epoch_key.h"

namespace mrg {

absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(
    const EpochKeyDesk& desk, const Caller& caller,
    const trustlist::v1::GetEpochKeyRequest& message, absl::Time now) {
  const std::optional<MemberId> member = desk.domains->Find(caller.identity.trust_domain());
  if (!member.has_value() || *member == desk.hub) {
    return MakeError(Reason::kIdentityNotListed,
                     "expected the node of a followed member that is not the hub");
  }
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
  return GiveEpochKey(desk.keys->OwnKeysOf(jurisdiction), message.epoch(), now);
}

}  // namespace mrg
