#include "gateway/daemon/log_committer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/limits.h"

namespace mrg {

LogCommitter::LogCommitter(DecisionLog* log, const Clock* clock, GroupObserver observer)
    : log_(log), clock_(clock), observer_(std::move(observer)), thread_([this] { Run(); }) {}

LogCommitter::~LogCommitter() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  wake_.NotifyOne();
  thread_.join();
}

void LogCommitter::Submit(DecisionLog::Submission submission, Done done) {
  {
    MutexLock lock(mu_);
    waiting_.push_back({std::move(submission), std::move(done)});
  }
  wake_.NotifyOne();
}

size_t LogCommitter::waiting() const {
  MutexLock lock(mu_);
  return waiting_.size() + being_written_;
}

void LogCommitter::Run() {
  while (true) {
    std::vector<Waiting> group;
    {
      MutexLock lock(mu_);
      being_written_ = 0;
      while (waiting_.empty() && !stopping_) wake_.Wait(mu_);
      if (waiting_.empty()) return;
      const size_t size = std::min(waiting_.size(), kLogGroupMax);
      const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(size);
      group.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
      waiting_.erase(waiting_.begin(), end);
      being_written_ = size;
    }
    CommitGroup(std::move(group));
  }
}

void LogCommitter::CommitGroup(std::vector<Waiting> group) {
  std::vector<DecisionLog::Submission> submissions;
  submissions.reserve(group.size());
  for (Waiting& waiting : group) submissions.push_back(std::move(waiting.submission));
  const absl::Duration begin = clock_->Monotonic();
  std::vector<DecisionLog::Appended> appended = log_->AppendGroup(submissions);
  Group written{group.size(), clock_->Monotonic() - begin, absl::OkStatus()};
  for (const DecisionLog::Appended& answer : appended) written.status.Update(answer.status);
  observer_(written);
  for (size_t i = 0; i < group.size(); ++i) group[i].done(std::move(appended[i]));
}

}  // namespace mrg
