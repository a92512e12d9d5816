#ifndef MRG_GATEWAY_ANSWER_QUEUE_WORKER_H_
#define MRG_GATEWAY_ANSWER_QUEUE_WORKER_H_

// The worker that a SPIFFE id names: /worker/<queue>/<name>.
//
// Thread-safe: pure function.

#include <optional>

#include "dispute/lease.h"
#include "gateway/base/identifiers.h"

namespace mrg {

// Result: the worker and its queue; nullopt when the identity is no worker's.
std::optional<Worker> WorkerOf(const SpiffeId& identity);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_QUEUE_WORKER_H_
