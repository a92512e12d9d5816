#ifndef MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_

// From a FileDispute request to what dispute/filing takes: the receipt is checked, the document is
// proven to be the receipt's, the licence tag is derived from it, and then the document is let go.
//
// Thread-safe: a pure function, but for reading a mapping pack that is no longer in force.

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/filing.h"
#include "gateway/base/identifiers.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/witness/log_key_book.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "trustlist/blob_reader.h"

namespace mrg {

// What the conversion looks into; all borrowed for the call.
struct FilingSources {
  MemberId member;  // the node's own: receipts of its logs may be disputed here
  MemberId hub;
  const RecognitionSnapshot* snapshot;
  const LogKeyBook* log_keys;
  const EpochKeyring* epoch_keys;
  const BlobReader* blobs;
};

// Checks the receipt of the request. Result: the record that it proves.
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG; RECEIPT_*.
absl::StatusOr<audit::v1::DecisionRecord> CheckDisputedReceipt(
    const dispute::v1::FileDisputeRequest& message, const FilingSources& sources);

// Result: the order, routed by the agreement in force at `now`, or to the hub.
// Errors: FIELD_* and ENUM_UNSPECIFIED with the field's path; RECEIPT_COMMITMENT_MISMATCH when the
// document is not the receipt's; EPOCH_KEY_UNAVAILABLE. REQUIRES: `record` is the receipt's.
// Source: SPEC 10.
absl::StatusOr<FilingOrder> ToFilingOrder(const dispute::v1::FileDisputeRequest& message,
                                          const audit::v1::DecisionRecord& record,
                                          const SpiffeId& filer, const FilingSources& sources,
                                          absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_
