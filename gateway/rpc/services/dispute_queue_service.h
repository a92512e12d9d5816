#ifndef MRG_GATEWAY_RPC_SERVICES_DISPUTE_QUEUE_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_DISPUTE_QUEUE_SERVICE_H_

// mrg.dispute.v1.DisputeQueueService: what the workers of a queue do. The queue is the one that the
// caller's identity names.

#include <memory>

#include "dispute/dispute_queue.h"
#include "dispute/dispute_ruling.h"
#include "gateway/rpc/server/call_environment.h"

namespace mrg {

class RawService;

// Result: the service; both pointers must outlive it. Thread-safe.
std::unique_ptr<RawService> NewDisputeQueueService(CallEnvironment environment, DisputeQueue* queue,
                                                   DisputeRuling* ruling);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_DISPUTE_QUEUE_SERVICE_H_
