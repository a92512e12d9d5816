#ifndef MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_

// grpc.health.v1.Health/Check: whether the node decides. Our own and not gRPC's, which knows
// neither places nor bounds. Watch is UNIMPLEMENTED, as the protocol allows: a stream for each
// stranger would be held for as long as he likes.

#include <functional>
#include <memory>

#include "gateway/rpc/server/call_environment.h"

namespace grpc {
class Service;
}

namespace mrg {

// Result: the service. Thread-safe. `is_serving`: of the whole node, the only one that is asked
// for; from any thread.
std::unique_ptr<grpc::Service> NewHealthService(CallEnvironment environment,
                                                std::function<bool()> is_serving);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_
