#include "dispute/lease.h"

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "gateway/base/reason.h"

namespace mrg {

using dispute::v1::StoredQueueCase;

absl::Status CheckWorker(const DisputeNode& node, const Worker& worker,
                         const DisputeHistory& history) {
  if (history.owner() != node.member.value()) {
    return MakeError(Reason::kDisputeNotOwner, absl::StrCat("the owner is ", history.owner()));
  }
  if (history.queue() != worker.queue) {
    return MakeError(Reason::kDisputeNotFound, "no such dispute, or not visible to the caller");
  }
  return absl::OkStatus();
}

absl::Status CheckLease(const StoredQueueCase* row, const Worker& worker,
                        const std::optional<FencingToken>& token, absl::Time now) {
  const bool is_held = row != nullptr && LeaseIsLive(*row, now);
  if (!token.has_value()) {
    if (!is_held) return absl::OkStatus();
    return MakeError(Reason::kLeaseLost, "a worker holds the case; expected its lease");
  }
  const bool is_callers = is_held && row->worker() == worker.id.value() &&
                          row->owner_epoch() == token->owner_epoch &&
                          row->lease_token() == token->lease_token;
  if (is_callers) return absl::OkStatus();
  return MakeError(Reason::kLeaseLost, "the lease has ended or was given to another");
}

absl::Status CheckLeaseDuration(absl::Duration lease) {
  if (lease >= kDisputeLeaseMin && lease <= kDisputeLeaseMax) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldMalformed, "lease_duration", "expected 30 s to 12 h");
}

void ClearLease(StoredQueueCase* row) {
  row->clear_worker();
  row->clear_lease_expires_at();
}

}  // namespace mrg
