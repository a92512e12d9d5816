#ifndef MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_

// mrg.gateway.v1.StatusService. The answer is gateway/answer/licence_status_change.

#include <memory>

#include "gateway/answer/licence_status_change.h"
#include "gateway/rpc/server/call_environment.h"

namespace mrg {

class RawService;

// Result: the service; what `parts` name must outlive it. Thread-safe.
std::unique_ptr<RawService> NewStatusService(CallEnvironment environment,
                                             LicenceStatusChange::Parts parts);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_
