#ifndef MRG_GATEWAY_RPC_SERVICES_DISPUTE_RELAY_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_DISPUTE_RELAY_SERVICE_H_

// mrg.dispute.v1.DisputeRelayService: takes events of disputes from other members' nodes.

#include <memory>

#include "dispute/inbound.h"
#include "gateway/federation/member_domains.h"
#include "gateway/rpc/server/call_environment.h"

namespace grpc {
class Service;
}

namespace mrg {

// `domains`: those of the followed peers. Result: the service; both pointers must outlive it.
// Thread-safe.
std::unique_ptr<grpc::Service> NewDisputeRelayService(CallEnvironment environment,
                                                      const MemberDomains* domains,
                                                      Inbound* inbound);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_DISPUTE_RELAY_SERVICE_H_
