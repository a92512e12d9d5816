#ifndef MRG_GATEWAY_RECEIPT_RECEIPT_ISSUER_H_
#define MRG_GATEWAY_RECEIPT_RECEIPT_ISSUER_H_

// Turns a decision into a receipt: hands the leaf to the log, and when it is durable gives back
// the leaf with its proof. The commit point of a Recognize call is inside
// (docs/LIFE_OF_A_RECOGNITION.md, step 6).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/receipt/record_committer.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/gateway/v1/receipt.pb.h"
#include "mrg/gateway/v1/stored_request.pb.h"

namespace mrg {

// A decision on its way into the log.
struct ReceiptOrder {
  SpiffeId caller;
  RequestId request_id;
  std::string body_hmac;    // 32 bytes, RequestBodyHmac
  std::string salt;         // 32 bytes
  std::string snapshot_id;  // 32 bytes
  // By SetRecord.
  std::string leaf = {};  // canonical bytes of the log leaf
  std::string log_origin = {};
  int64_t decided_at_us = 0;
  uint32_t epoch = 0;
};

// Gives the order its record, as the leaf of a decision.
void SetRecord(const audit::v1::DecisionRecord& record, ReceiptOrder* order);

// The request was answered before, with the same body: the caller gets the same receipt.
struct AnsweredBefore {
  gateway::v1::StoredRecognition stored;
  gateway::v1::Receipt receipt;  // as it was given, with its salt
};

// Thread-safe.
class ReceiptIssuer {
 public:
  using Answer = absl::StatusOr<std::variant<gateway::v1::Receipt, AnsweredBefore>>;
  using Done = std::function<void(Answer)>;

  // Both must outlive the issuer.
  ReceiptIssuer(RecordCommitter* committer, const OrderedStore* store)
      : committer_(committer), store_(store) {}

  // Logs the leaf and gives the receipt. `done` is called exactly once, from another thread.
  // Errors: REQUEST_ID_REUSED (the id was used with another body; nothing was logged), SALT_ERASED
  // (it was answered before, and the salt of that answer was erased; nothing was logged),
  // STORE_UNAVAILABLE (it is not known whether it was logged; asking again with the same
  // request id tells).
  void Issue(ReceiptOrder order, Done done);

  // Result: what was answered to the request before; nullopt when nothing is remembered of it.
  // Errors: REQUEST_ID_REUSED, SALT_ERASED, STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<AnsweredBefore>> Recall(const SpiffeId& caller,
                                                       const RequestId& request_id,
                                                       absl::string_view body_hmac) const;

 private:
  RecordCommitter* const committer_;
  const OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_RECEIPT_ISSUER_H_
