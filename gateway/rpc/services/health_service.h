#ifndef MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_

// grpc.health.v1.Health/Check: whether the node decides, and of each service of the listener
// whether it serves. Our own and not gRPC's, which knows neither places nor bounds. Watch is
// UNIMPLEMENTED, as the protocol allows: a stream for each stranger would be held for as long as he
// likes.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/rpc/server/call_environment.h"

namespace grpc {
class Service;
}

namespace mrg {

// A service that the listener offers.
struct ServedService {
  std::string name;      // "mrg.gateway.v1.RecognitionService"
  bool needs_to_decide;  // it serves while the node decides; others as long as the process runs
};

// Result: the service. Thread-safe. `decides`: whether the node does, which is what is said of it
// as a whole; from any thread.
std::unique_ptr<grpc::Service> NewHealthService(CallEnvironment environment,
                                                std::function<bool()> decides,
                                                std::vector<ServedService> services);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_HEALTH_SERVICE_H_
