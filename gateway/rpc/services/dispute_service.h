#ifndef MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_

// mrg.dispute.v1.DisputeService: filing and following disputes. The answers are
// gateway/answer/dispute_filing and dispute_views; here they are told again when a dispute changes.

#include <memory>

#include "gateway/answer/dispute_filing.h"
#include "gateway/answer/dispute_views.h"
#include "gateway/rpc/server/call_environment.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/services/dispute_watchers.h"

namespace mrg {

class RawService;

// What the service works with; all must outlive it.
struct DisputeDependencies {
  DisputeFiling::Parts filing;
  DisputeShelf shelf;
  DisputeWatchers* watchers;
  OpenStreams* streams;
};

// Result: the service. Thread-safe.
std::unique_ptr<RawService> NewDisputeService(CallEnvironment environment,
                                              DisputeDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_
