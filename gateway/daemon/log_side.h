#ifndef MRG_GATEWAY_DAEMON_LOG_SIDE_H_
#define MRG_GATEWAY_DAEMON_LOG_SIDE_H_

// The log side of a node: the decision log, the thread that writes it, and whether it may go on.

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/audit/decision_log.h"
#include "gateway/daemon/commit_alarm.h"
#include "gateway/daemon/log_committer.h"
#include "gateway/daemon/log_mark.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/start_options.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/witness/log_key_book.h"
#include "gateway/witness/log_standing.h"

namespace mrg {

// Its parts are thread-safe. Destroyed after the last call was answered: what waits is written.
struct LogSide {
  // Checks the newest records, what is kept of the log outside the store, and what earlier starts
  // found. An operator's decision to go on in spite of what is known by then is told by an event.
  // `ground` and `log_keys` must outlive the result. Errors: as DecisionLog::Open, LogMark::Begin
  // and LogStanding::TakeUp, but for LOG_CONTRADICTED.
  static absl::StatusOr<std::unique_ptr<LogSide>> Open(NodeGround* ground,
                                                       const LogKeyBook* log_keys,
                                                       const StartOptions& options);

  const std::unique_ptr<DecisionLog> log;
  LogStanding standing;
  LogMark mark;  // of the thread that keeps house
  ReceiptIssuer receipts;
  CommitAlarm alarm;       // of the committer's thread
  LogCommitter committer;  // its thread uses everything above

 private:
  absl::Status CheckNewest(NodeGround* ground);
  absl::Status Accept(NodeGround* ground);

  LogSide(NodeGround* ground, const LogKeyBook* log_keys, std::unique_ptr<DecisionLog> opened);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_LOG_SIDE_H_
