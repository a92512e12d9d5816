#ifndef MRG_GATEWAY_ANSWER_FORK_ANSWERS_H_
#define MRG_GATEWAY_ANSWER_FORK_ANSWERS_H_

// The answer to ListForkEvidence: the forks that this node keeps the proofs of.
//
// Thread-safe: a function over a thread-safe store.

#include "absl/status/statusor.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "trustlist/fork/fork_store.h"

namespace mrg {

// Result: forks by publisher, of one when it is asked for, at most 16 MiB of them; `truncated` says
// that there are more. Errors: FIELD_MALFORMED with "publisher"; STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<gateway::v1::ListForkEvidenceResponse> ListForkEvidence(
    const ForkStore& forks, const gateway::v1::ListForkEvidenceRequest& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_FORK_ANSWERS_H_
