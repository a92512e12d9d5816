#ifndef MRG_GATEWAY_DAEMON_LOG_COMMITTER_H_
#define MRG_GATEWAY_DAEMON_LOG_COMMITTER_H_

// The thread that writes the decision log. Requests that wait while a group is being written form
// the next group: one write, one sync, one checkpoint for all of them, so that the cost of
// durability falls as load rises and a lone request waits for nobody.

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/receipt/record_committer.h"

namespace mrg {

// Thread-safe.
class LogCommitter : public RecordCommitter {
 public:
  // What became of a group.
  struct Group {
    size_t size = 0;
    absl::Duration commit_time;
    absl::Status status;  // of the first record that could not be written; OK: there is none
  };
  // Called after each group from the committer's thread, before its answers go out.
  using GroupObserver = std::function<void(const Group& group)>;

  // `log` and `clock` must outlive the committer.
  LogCommitter(DecisionLog* log, const Clock* clock, GroupObserver observer);
  // Writes what waits, then stops.
  ~LogCommitter() override;

  void Submit(DecisionLog::Submission submission, Done done) override;

  // Result: how many records wait or are being written.
  size_t waiting() const;

 private:
  struct Waiting {
    DecisionLog::Submission submission;
    Done done;
  };

  void Run();
  void CommitGroup(std::vector<Waiting> group);

  // Constant after construction.
  DecisionLog* const log_;
  const Clock* const clock_;
  const GroupObserver observer_;

  mutable Mutex mu_;
  CondVar wake_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
  size_t being_written_ ABSL_GUARDED_BY(mu_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_LOG_COMMITTER_H_
