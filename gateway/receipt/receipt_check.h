#ifndef MRG_GATEWAY_RECEIPT_RECEIPT_CHECK_H_
#define MRG_GATEWAY_RECEIPT_RECEIPT_CHECK_H_

// Verification of a receipt by anyone who holds the member's log keys: every bit of it is covered,
// so that a receipt altered in one bit is refused (docs/threats.md R17).
//
// Thread-safe: pure functions.

#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/witness/log_keys.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/gateway/v1/receipt.pb.h"

namespace mrg {

// Checks the receipt's encoding, salt digest, inclusion proof and checkpoint signature.
// Result: the decision record it proves.
// Errors: RECEIPT_MALFORMED, RECEIPT_SALT_MISMATCH, RECEIPT_PROOF_INVALID,
// RECEIPT_CHECKPOINT_INVALID.
// Source: docs/formats/receipt.md; RFC 6962 2.1; C2SP tlog-checkpoint.
absl::StatusOr<audit::v1::DecisionRecord> CheckReceipt(absl::string_view receipt_bytes,
                                                       std::span<const LogKey> log_keys);

// The same for a receipt as disputes cite it: without its salt, so that what is kept and delivered
// of a dispute does not link it to the licence (docs/threats.md R19). Nothing else of it is left
// out.
// Errors: as CheckReceipt; RECEIPT_MALFORMED when it has a salt.
absl::StatusOr<audit::v1::DecisionRecord> CheckCitedReceipt(absl::string_view receipt_bytes,
                                                            std::span<const LogKey> log_keys);

// Checks that the receipt is about `document` (the exact presented bytes).
// REQUIRES: the receipt passed CheckReceipt.
// Errors: RECEIPT_COMMITMENT_MISMATCH.
absl::Status CheckCommitment(const audit::v1::DecisionRecord& record, absl::string_view salt,
                             absl::string_view document);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_RECEIPT_CHECK_H_
