#ifndef MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_
#define MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_

// The answer to GetEpochKey: another member's node asks for a licence-tag key of ours. What was
// given to us by others is never passed on.
//
// Thread-safe: a function over a thread-safe keyring.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Errors: FIELD_REQUIRED, FIELD_MALFORMED with "jurisdiction"; as GiveEpochKey.
absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(
    const EpochKeyring& keys, const trustlist::v1::GetEpochKeyRequest& message, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_
