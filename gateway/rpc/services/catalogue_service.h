#ifndef MRG_GATEWAY_RPC_SERVICES_CATALOGUE_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_CATALOGUE_SERVICE_H_

// mrg.gateway.v1.CatalogueService: what is published about types, agreements and scenarios, and
// what would come of a use. The answers themselves stand in catalogue_answers.h.

#include <memory>

#include "gateway/rpc/server/call_environment.h"
#include "gateway/snapshot/snapshot_holder.h"

namespace mrg {

class RawService;

// Result: the service. Thread-safe. `snapshots` must outlive it.
std::unique_ptr<RawService> NewCatalogueService(CallEnvironment environment,
                                                const SnapshotHolder* snapshots);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_CATALOGUE_SERVICE_H_
