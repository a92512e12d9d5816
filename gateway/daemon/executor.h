#ifndef MRG_GATEWAY_DAEMON_EXECUTOR_H_
#define MRG_GATEWAY_DAEMON_EXECUTOR_H_

// The threads that do the work of calls, with a bounded queue before them.
//
// Thread-safe. Work must not wait for other work of the same pool.

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "gateway/rpc/server/executor.h"

namespace mrg {

class ThreadPoolExecutor : public Executor {
 public:
  // REQUIRES: threads >= 1. `queue_max`: pieces of work that may wait, running ones not counted.
  ThreadPoolExecutor(size_t threads, size_t queue_max);
  // Runs what is queued, then joins. Nothing may be submitted any more.
  ~ThreadPoolExecutor() override;
  ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
  ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;

  bool TrySubmit(std::function<void()> work) override;

 private:
  void Run();

  const size_t queue_max_;

  Mutex mu_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::vector<std::thread> threads_;  // constant after construction
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_EXECUTOR_H_
