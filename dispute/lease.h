#ifndef MRG_DISPUTE_LEASE_H_
#define MRG_DISPUTE_LEASE_H_

// A worker's hold of a case, and the check of its fencing token. The token is compared on the row
// that the commit then requires unchanged, so a stale holder is refused where its write lands;
// times only decide how soon a case returns (docs/LIFE_OF_A_DISPUTE.md, step 5).
//
// Thread-safe: values and pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_node.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute.pb.h"
#include "mrg/dispute/v1/stored_dispute.pb.h"

namespace mrg {

// Who works on a queue. The queue is the one that its identity names, /worker/<queue>/<name>.
struct Worker {
  SpiffeId id;
  std::string queue;
};

// Rises with every claim of the case, and with every transfer.
struct FencingToken {
  uint64_t owner_epoch = 0;
  uint64_t lease_token = 0;
};

// A claimed case.
struct LeasedDispute {
  dispute::v1::Dispute dispute;
  FencingToken token;
  absl::Time expires_at;
  std::string receipt;  // canonical bytes of the cited mrg.gateway.v1.Receipt
};

// Whether this node's `worker` may work on the dispute at all.
// Errors: DISPUTE_NOT_OWNER when another member owns it; DISPUTE_NOT_FOUND when it is in a queue
// other than the worker's.
absl::Status CheckWorker(const DisputeNode& node, const Worker& worker,
                         const DisputeHistory& history);

// Whether `worker` holds the case with `token` at `now`; without a token: whether nobody does.
// `row` null: the case is not in the queue. Errors: LEASE_LOST.
absl::Status CheckLease(const dispute::v1::StoredQueueCase* row, const Worker& worker,
                        const std::optional<FencingToken>& token, absl::Time now);

// Result: OK when `lease` is a length that a worker may ask for, 30 s to 12 h.
// Errors: FIELD_MALFORMED, field lease_duration.
absl::Status CheckLeaseDuration(absl::Duration lease);

// Frees the case: clears worker and end, keeps the token so that the next one is higher.
void ClearLease(dispute::v1::StoredQueueCase* row);

}  // namespace mrg

#endif  // MRG_DISPUTE_LEASE_H_
