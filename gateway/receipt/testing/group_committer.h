#ifndef MRG_GATEWAY_RECEIPT_TESTING_GROUP_COMMITTER_H_
#define MRG_GATEWAY_RECEIPT_TESTING_GROUP_COMMITTER_H_

// A RecordCommitter without threads, over a real log: what is submitted waits until the test says
// that the group is full.
//
// Threads: belongs to one thread.

#include <utility>
#include <vector>

#include "gateway/audit/decision_log.h"
#include "gateway/receipt/record_committer.h"

namespace mrg {

class GroupCommitter : public RecordCommitter {
 public:
  // `log` must outlive this.
  explicit GroupCommitter(DecisionLog* log) : log_(log) {}

  void Submit(DecisionLog::Submission submission, Done done) override {
    submissions_.push_back(std::move(submission));
    waiting_.push_back(std::move(done));
  }

  // Appends all that waits as one group, and answers.
  void CommitGroup() {
    const std::vector<DecisionLog::Submission> group = std::exchange(submissions_, {});
    const std::vector<Done> waiting = std::exchange(waiting_, {});
    std::vector<DecisionLog::Appended> answers = log_->AppendGroup(group);
    for (size_t i = 0; i < waiting.size(); ++i) waiting[i](std::move(answers[i]));
  }

 private:
  DecisionLog* const log_;
  std::vector<DecisionLog::Submission> submissions_;
  std::vector<Done> waiting_;  // same order
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_TESTING_GROUP_COMMITTER_H_
