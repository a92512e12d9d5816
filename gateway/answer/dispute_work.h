#ifndef MRG_GATEWAY_ANSWER_DISPUTE_WORK_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_WORK_H_

// The answers of DisputeQueueService: a worker takes cases from its queue, holds them by leases and
// decides them. Only a worker's identity, /worker/<queue>/<name>, works on a queue, and only on its
// own.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_queue.h"
#include "dispute/dispute_ruling.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"

namespace mrg {

// Errors of all: IDENTITY_NOT_LISTED for a caller who is no worker; FIELD_* with the field's path;
// as the function of DisputeQueue or DisputeRuling of the same name.
//
// Thread-safe.
class DisputeWork {
 public:
  // Both must outlive this.
  DisputeWork(DisputeQueue* queue, DisputeRuling* ruling) : queue_(queue), ruling_(ruling) {}

  // The lease may be left out of the first two.
  absl::StatusOr<dispute::v1::AcceptDisputeResponse> Accept(
      const SpiffeId& caller, const dispute::v1::AcceptDisputeRequest& message,
      absl::Time now) const;
  absl::StatusOr<dispute::v1::RefuseDisputeResponse> Refuse(
      const SpiffeId& caller, const dispute::v1::RefuseDisputeRequest& message,
      absl::Time now) const;
  absl::StatusOr<dispute::v1::ClaimDisputesResponse> Claim(
      const SpiffeId& caller, const dispute::v1::ClaimDisputesRequest& message,
      absl::Time now) const;
  absl::StatusOr<dispute::v1::HeartbeatDisputeResponse> Heartbeat(
      const SpiffeId& caller, const dispute::v1::HeartbeatDisputeRequest& message,
      absl::Time now) const;
  absl::StatusOr<dispute::v1::CompleteDisputeResponse> Complete(
      const SpiffeId& caller, const dispute::v1::CompleteDisputeRequest& message,
      absl::Time now) const;
  absl::StatusOr<dispute::v1::ReleaseDisputeResponse> Release(
      const SpiffeId& caller, const dispute::v1::ReleaseDisputeRequest& message,
      absl::Time now) const;

 private:
  DisputeQueue* const queue_;
  DisputeRuling* const ruling_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_WORK_H_
