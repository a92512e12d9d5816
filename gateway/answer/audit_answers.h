#ifndef MRG_GATEWAY_ANSWER_AUDIT_ANSWERS_H_
#define MRG_GATEWAY_ANSWER_AUDIT_ANSWERS_H_

// The answers of AuditService: an auditor reads the node's decision log.
//
// Thread-safe: functions without state.

#include "absl/status/statusor.h"
#include "gateway/audit/decision_log.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Result: the newest checkpoint. Errors: RECORD_NOT_FOUND while the log is empty.
absl::StatusOr<audit::v1::GetCheckpointResponse> GetCheckpoint(const DecisionLog& log);

// Errors: as DecisionLog::InclusionProof and ConsistencyProof.
absl::StatusOr<audit::v1::GetInclusionProofResponse> GetInclusionProof(
    const DecisionLog& log, const audit::v1::GetInclusionProofRequest& message);
absl::StatusOr<audit::v1::GetConsistencyProofResponse> GetConsistencyProof(
    const DecisionLog& log, const audit::v1::GetConsistencyProofRequest& message);

// Result: leaves in the order of the log, 100 unless the page asks for up to 1,000; a page ends at
// 3 MiB even when more were asked for, since a client's channel takes 4 MiB.
// Errors: FIELD_MALFORMED, FIELD_TOO_LONG, FIELD_NOT_UTF8 with "page_size" or "page_token"; as
// DecisionLog::ReadLeaf.
absl::StatusOr<audit::v1::ListRecordsResponse> ListRecords(
    const DecisionLog& log, const audit::v1::ListRecordsRequest& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_AUDIT_ANSWERS_H_
