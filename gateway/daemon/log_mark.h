#ifndef MRG_GATEWAY_DAEMON_LOG_MARK_H_
#define MRG_GATEWAY_DAEMON_LOG_MARK_H_

// How far the decision log had come, kept in a file outside the store: what restores the store does
// not restore it, so that a log which fell back is found out before any peer answers
// (docs/threats.md R18, ADR-0029). The file is the log's newest checkpoint, a signed note; it holds
// no secret.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/event_log.h"
#include "gateway/crypto/signer.h"
#include "gateway/witness/log_standing.h"

namespace mrg {

// One thread at a time.
class LogMark {
 public:
  // All must outlive this. `path`: of the file.
  LogMark(std::string path, const DecisionLog* log, LogStanding* standing, EventLog* events)
      : path_(std::move(path)), log_(log), standing_(standing), events_(events) {}

  // Reads the file and lets `standing` judge it; a contradiction is told by an event. Writes it
  // when there is none, for an empty log one that `log_key` signs. Errors: CONFIG_INVALID when it
  // can be neither read nor written; STORE_CORRUPT when it holds no checkpoint of the log.
  absl::Status Begin(const Signer& log_key);

  // Writes the log's newest checkpoint when it is another one and the log may go on. A failure is
  // told when it is the first in a row: the log goes on, and an older mark finds out less.
  void Keep();

 private:
  const std::string path_;
  const DecisionLog* const log_;
  LogStanding* const standing_;
  EventLog* const events_;

  std::string written_;
  bool failing_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_LOG_MARK_H_
