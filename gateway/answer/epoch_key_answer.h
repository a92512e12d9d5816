#ifndef MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_
#define MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_

// The answer to GetEpochKey: another member's node asks for a licence-tag key of ours. What was
// given to us by others is never passed on, and the hub, which decides about no licence, is given
// none at all: with the keys it could read everybody's status lists.
//
// Thread-safe: a function over thread-safe parts.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/answer/caller.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/member_domains.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// What it works with; the pointers must outlive it.
struct EpochKeyDesk {
  const EpochKeyring* keys;
  const MemberDomains* domains;  // of the followed members, the hub among them
  MemberId hub;
};

// Errors: IDENTITY_NOT_LISTED when the caller is of the hub or of no followed member;
// FIELD_REQUIRED, FIELD_MALFORMED with "jurisdiction"; as GiveEpochKey.
absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(
    const EpochKeyDesk& desk, const Caller& caller,
    const trustlist::v1::GetEpochKeyRequest& message, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_EPOCH_KEY_ANSWER_H_
