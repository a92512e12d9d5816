#ifndef MRG_GATEWAY_RPC_SERVICES_AUDIT_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_AUDIT_SERVICE_H_

// mrg.audit.v1.AuditService: reading of the node's decision log by auditors.

#include <memory>

#include "gateway/audit/decision_log.h"
#include "gateway/rpc/server/call_environment.h"

namespace mrg {

class RawService;

// Result: the service; `log` must outlive it. Thread-safe.
std::unique_ptr<RawService> NewAuditService(CallEnvironment environment, const DecisionLog* log);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_AUDIT_SERVICE_H_
