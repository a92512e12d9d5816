#ifndef MRG_GATEWAY_RPC_SERVICES_TRANSLATION_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_TRANSLATION_SERVICE_H_

// mrg.gateway.v1.TranslationService: translation without judgement, by the packs in force.

#include <memory>

#include "gateway/rpc/server/call_environment.h"
#include "gateway/snapshot/snapshot_holder.h"

namespace mrg {

class RawService;

// Result: the service; `snapshots` must outlive it. Thread-safe.
std::unique_ptr<RawService> NewTranslationService(CallEnvironment environment,
                                                  const SnapshotHolder* snapshots);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_TRANSLATION_SERVICE_H_
