#ifndef MRG_GATEWAY_RPC_SERVICES_TRUST_REPOSITORY_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_TRUST_REPOSITORY_SERVICE_H_

// mrg.trustlist.v1.TrustRepositoryService: what this node holds of publishers' repositories, its
// own and those it follows, the exchange of heads, and hints that there is something newer.

#include <memory>

#include "gateway/federation/head_desk.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/rpc/server/call_environment.h"
#include "gateway/rpc/server/latest_stream.h"
#include "trustlist/repository/repository_reader.h"

namespace grpc {
class Service;
}

namespace mrg {

// Result: the service; the pointers must outlive it. Thread-safe.
std::unique_ptr<grpc::Service> NewTrustRepositoryService(CallEnvironment environment,
                                                         const RepositoryReader* reader,
                                                         HeadDesk* heads, TrustHints* hints,
                                                         OpenStreams* streams);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_TRUST_REPOSITORY_SERVICE_H_
