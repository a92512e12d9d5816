#ifndef MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_

// mrg.trustlist.v1.FederationKeyService: gives other members' nodes the licence-tag keys of this
// member's own jurisdictions. Never those of others, which it holds only for its own use, and none
// to the hub.

#include <memory>

#include "gateway/answer/epoch_key_answer.h"
#include "gateway/rpc/server/call_environment.h"

namespace grpc {
class Service;
}

namespace mrg {

// Result: the service; what `desk` names must outlive it. Thread-safe.
std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       EpochKeyDesk desk);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_FEDERATION_KEY_SERVICE_H_
