#ifndef MRG_GATEWAY_LICENCE_TAG_GIVE_EPOCH_KEY_H_
#define MRG_GATEWAY_LICENCE_TAG_GIVE_EPOCH_KEY_H_

// What a member's node tells another of a jurisdiction's licence-tag keys.
//
// Thread-safe: a pure function.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/licence_tag/epoch_keys.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// Result: the key of `epoch` among the jurisdiction's `own` keys, 0: of the one in use at `now`;
// and the terms of all epochs, those not yet in use as well, so that a peer fetches them ahead.
// Errors: EPOCH_KEY_UNAVAILABLE.
absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GiveEpochKey(const EpochKeys& own,
                                                                uint32_t epoch, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_LICENCE_TAG_GIVE_EPOCH_KEY_H_
