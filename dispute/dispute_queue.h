#ifndef MRG_DISPUTE_DISPUTE_QUEUE_H_
#define MRG_DISPUTE_DISPUTE_QUEUE_H_

// Who works on which case: claiming, prolonging and giving back of leases. Cases come in with
// filing and inbound, and leave with a ruling.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_node.h"
#include "dispute/lease.h"
#include "dispute/taken_rows.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe.
class DisputeQueue {
 public:
  // `store` must outlive this.
  DisputeQueue(DisputeNode node, OrderedStore* store, DisputeChanged changed);

  // Leases up to `batch` free cases of the worker's queue, most pressing first: by due time, then
  // priority, then age. Cases whose lease ran out are free again.
  // Result: the cases, each with a token one above its last; empty when none is free.
  // Ranges: batch 1 to 100, lease 30 s to 12 h.
  // Errors: FIELD_MALFORMED with the field's name; STORE_UNAVAILABLE (call again: cases of a lost
  // answer return when their lease ends), STORE_CORRUPT.
  // Source: docs/LIFE_OF_A_DISPUTE.md, step 5.
  absl::StatusOr<std::vector<LeasedDispute>> Claim(const Worker& worker, int batch,
                                                   absl::Duration lease, absl::Time now);

  // Prolongs a live lease to `now` + `lease`; never shortens it.
  // Result: its new end. Errors: DISPUTE_NOT_FOUND, DISPUTE_NOT_OWNER, LEASE_LOST,
  // FIELD_MALFORMED, STORE_UNAVAILABLE (call again), STORE_CONFLICT, STORE_CORRUPT.
  absl::StatusOr<absl::Time> Heartbeat(const Worker& worker, const DisputeId& dispute,
                                       const FencingToken& token, absl::Duration lease,
                                       absl::Time now);

  // Gives a case back under a live lease. Errors: as Heartbeat, without FIELD_MALFORMED.
  absl::Status Release(const Worker& worker, const DisputeId& dispute, const FencingToken& token,
                       absl::Time now);

  // Returns cases whose lease has ended by `now` to their queues, those of all queues, at most
  // 1,024. Claim does so for its own queue; calling this now and then shows watchers that a worker
  // was lost. Result: how many. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<size_t> ReturnEndedLeases(absl::Time now);

 private:
  // Those of one queue, at most `limit`.
  absl::StatusOr<size_t> ReturnEnded(const std::string& queue, size_t limit, absl::Time now);
  // Reads the case under the caller's lease, lets `change` rewrite it and commits.
  template <typename Change>
  absl::Status UnderLease(const Worker& worker, const DisputeId& dispute, const FencingToken& token,
                          absl::Time now, Change change);

  const DisputeNode node_;
  OrderedStore* const store_;
  const DisputeChanged changed_;
  // Which cases a call of this process is claiming just now; self-synchronised.
  const std::shared_ptr<RowHolds> holds_ = std::make_shared<RowHolds>();
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_QUEUE_H_
