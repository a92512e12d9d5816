#ifndef MRG_DISPUTE_DISPUTE_STORE_H_
#define MRG_DISPUTE_DISPUTE_STORE_H_

// Reading and writing of the dispute package's rows (stored_keys.h). What is read is checked again:
// a stored history that breaks a rule is STORE_CORRUPT, never believed. Writes are added to a
// WriteSet; the caller commits.
//
// Thread-safe: functions over a reader, or on values.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_node.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"
#include "mrg/dispute/v1/dispute.pb.h"
#include "mrg/dispute/v1/stored_dispute.pb.h"

namespace mrg {

// Errors of all reads: STORE_UNAVAILABLE, STORE_CORRUPT.

// Result: the events of `id`; a history without events when none is stored.
absl::StatusOr<DisputeHistory> LoadHistory(const StoreReader& reader, const DisputeId& id);

// Result: the events of `id`, at least one. Errors also: DISPUTE_NOT_FOUND.
absl::StatusOr<DisputeHistory> LoadDispute(const StoreReader& reader, const DisputeId& id);

struct StoredCase {
  dispute::v1::StoredQueueCase row;
  uint64_t version = 0;  // fences the writers
};

// Result: the case of `id`; nullopt when this member does not own it, or it is closed.
absl::StatusOr<std::optional<StoredCase>> LoadCase(const StoreReader& reader, const DisputeId& id);

// Result: true when a worker holds the case at `now`.
bool LeaseIsLive(const dispute::v1::StoredQueueCase& row, absl::Time now);

// Result: the dispute as it stands at this node, with its lease.
absl::StatusOr<dispute::v1::Dispute> PresentDispute(const StoreReader& reader,
                                                    const DisputeNode& node,
                                                    const DisputeHistory& history, absl::Time now);

// Result: the case as it enters the queue, or as it stands after a new event: without lease, due
// when the term that runs now ends, and filed at most kRelayedAgeMax before we received it.
// REQUIRES: the history has a term and a queue.
dispute::v1::StoredQueueCase NewCase(const DisputeHistory& history,
                                     const WorkingCalendar& calendar);

// Moves the case from `before` (null: it is new) to `after` (null: it leaves the queue), with its
// row in "ready" or "leased". The version of `before`, or absence, is a precondition.
void PutCase(const DisputeId& id, const StoredCase* before,
             const dispute::v1::StoredQueueCase* after, WriteSet* writes);

// Result: the dispute that the caller's earlier request of this id led to; nullopt when there was
// none in the last day. Errors also: REQUEST_ID_REUSED when it had another body.
absl::StatusOr<std::optional<DisputeId>> LoadRequest(const StoreReader& reader,
                                                     const SpiffeId& caller,
                                                     const RequestId& request_id,
                                                     absl::string_view body_digest);

// Records the request, answered at `now`; its absence is a precondition.
void PutRequest(const SpiffeId& caller, const RequestId& request_id, absl::string_view body_digest,
                const DisputeId& id, absl::Time now, WriteSet* writes);

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_STORE_H_
