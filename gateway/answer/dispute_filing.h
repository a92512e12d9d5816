#ifndef MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_

// The answer to FileDispute: the receipt is checked, the document is proven to be the receipt's,
// the licence tag is derived from it, and then the document is let go; the rest is dispute/filing.

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/filing.h"
#include "gateway/answer/authorization.h"
#include "gateway/answer/caller.h"
#include "gateway/answer/packs_by_digest.h"
#include "gateway/base/identifiers.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/witness/log_key_book.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"

namespace mrg {

// Thread-safe.
class DisputeFiling {
 public:
  // What it works with; all must outlive it.
  struct Parts {
    MemberId member;  // the node's own: receipts of its logs may be disputed here
    MemberId hub;
    const Authorization* authorization;
    std::function<bool()> is_ready;  // whether the node may decide; cheap
    const SnapshotHolder* snapshots;
    const LogKeyBook* log_keys;
    const EpochKeyring* epoch_keys;
    PacksByDigest* packs;
    Filing* filing;
    std::string idempotency_key;  // at least 32 bytes; secret
  };

  explicit DisputeFiling(Parts parts) : parts_(std::move(parts)) {}

  // Files the dispute, routed by the agreement in force at `now`, or to the hub.
  // Errors: NODE_NOT_READY; FIELD_* and ENUM_UNSPECIFIED with the field's path; RECEIPT_*, among
  // them RECEIPT_COMMITMENT_MISMATCH when the document is not the receipt's; as
  // Authorization::AuthorizeJurisdiction; EPOCH_KEY_UNAVAILABLE; as Filing::File.
  // Source: docs/LIFE_OF_A_DISPUTE.md, step 1.
  absl::StatusOr<dispute::v1::FileDisputeResponse> File(
      const Caller& caller, const dispute::v1::FileDisputeRequest& message, absl::Time now) const;

 private:
  // REQUIRES: `record` is the receipt's.
  absl::StatusOr<FilingOrder> OrderOf(const Caller& caller,
                                      const dispute::v1::FileDisputeRequest& message,
                                      const audit::v1::DecisionRecord& record,
                                      const RecognitionSnapshot& snapshot, absl::Time now) const;
  absl::StatusOr<std::string> ReadNumber(const audit::v1::DecisionRecord& record,
                                         absl::string_view document,
                                         const RecognitionSnapshot& snapshot) const;

  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_FILING_H_
