#ifndef MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_

// mrg.trustlist.v1.FederationKeyService: gives other members' nodes the licence-tag keys of this
// member's own jurisdictions. Never those of others, which it holds only for its own use.

#include <memory>

#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/rpc/server/call_environment.h"

namespace grpc {
class Service;
}

namespace mrg {

// Result: the service; `epoch_keys` must outlive it. Thread-safe.
std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       const EpochKeyring* epoch_keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
