#ifndef MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_

// mrg.trustlist.v1.FederationKeyService: gives other members' nodes the licence-tag keys of this
// member's own jurisdictions. Never those of others, which it holds only for its own use.

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/rpc/server/unary_call.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace grpc {
class Service;
}

namespace mrg {

// Result: the key of `epoch` among the jurisdiction's `own` keys, 0: of the one in use at `now`;
// and the terms of all epochs, those not yet in use as well, so that a peer fetches them ahead.
// Pure. Errors: EPOCH_KEY_UNAVAILABLE.
absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GiveEpochKey(const EpochKeys& own,
                                                                uint32_t epoch, absl::Time now);

// Result: the service; `epoch_keys` must outlive it. Thread-safe.
std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       const EpochKeyring* epoch_keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
