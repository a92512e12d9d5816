#ifndef MRG_GATEWAY_RECEIPT_RECORD_COMMITTER_H_
#define MRG_GATEWAY_RECEIPT_RECORD_COMMITTER_H_

// The one way a decision record reaches the log. The daemon's implementation gathers what waits
// into groups and is the log's only writer (docs/LIFE_OF_A_RECOGNITION.md, step 6).

#include <functional>

#include "gateway/audit/decision_log.h"

namespace mrg {

// Thread-safe.
class RecordCommitter {
 public:
  using Done = std::function<void(DecisionLog::Appended)>;

  virtual ~RecordCommitter() = default;

  // Queues `submission`; `done` is called exactly once, from the committer's thread, after the
  // group's write is durable or has failed. It must not block.
  virtual void Submit(DecisionLog::Submission submission, Done done) = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_RECORD_COMMITTER_H_
