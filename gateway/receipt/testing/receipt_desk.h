#ifndef MRG_GATEWAY_RECEIPT_TESTING_RECEIPT_DESK_H_
#define MRG_GATEWAY_RECEIPT_TESTING_RECEIPT_DESK_H_

// Orders for receipts, and a process of a node that answers them: log, committer and issuer over a
// store. A second desk over the same store is the process after a restart.
//
// Threads: belongs to one thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/decision_log.h"
#include "gateway/crypto/signer.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/receipt/testing/group_committer.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

inline constexpr char kDeskOrigin[] = "yangtze-delta/log-1";

// The time of all decisions of the desk.
absl::Time DeskNow();

// Result: the log key of every desk, Ed25519. Made once a process.
const Signer& DeskLogKey();

// Result: the keys by which the desk's receipts are checked.
std::vector<LogKey> DeskLogKeys();

// Result: a document by its name; what the orders are about.
std::string DocumentOf(const std::string& name);

// Result: the salt of the order of that name, 32 bytes.
std::string SaltOf(const std::string& name);

// Result: an order with every field of the record filled. Equal names are equal requests; `body`
// tells bodies apart.
ReceiptOrder OrderOf(const std::string& name, const std::string& body = "body");

// Changes the order's record by `edit`.
void EditRecord(const std::function<void(audit::v1::DecisionRecord*)>& edit, ReceiptOrder* order);

class ReceiptDesk {
 public:
  // `store` must outlive this. Fails the test when the log does not open.
  explicit ReceiptDesk(OrderedStore* store);

  // Issues all orders in one group. Result: one answer an order, same order.
  std::vector<ReceiptIssuer::Answer> IssueGroup(const std::vector<ReceiptOrder>& orders);
  ReceiptIssuer::Answer Issue(const ReceiptOrder& order) { return IssueGroup({order})[0]; }

  const DecisionLog& log() const { return *log_; }

 private:
  std::unique_ptr<DecisionLog> log_;
  std::unique_ptr<GroupCommitter> committer_;
  std::unique_ptr<ReceiptIssuer> issuer_;
};

// Result: the receipt's bytes, of a first answer or of a repeated one; empty for an error.
std::string ReceiptBytes(const ReceiptIssuer::Answer& answer);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_TESTING_RECEIPT_DESK_H_
