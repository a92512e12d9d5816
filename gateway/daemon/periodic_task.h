#ifndef MRG_GATEWAY_DAEMON_PERIODIC_TASK_H_
#define MRG_GATEWAY_DAEMON_PERIODIC_TASK_H_

// One thread that gives a turn to one subsystem: at the start, then each period, and at once when
// somebody knows that there is work.
//
// Thread-safe.

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"

namespace mrg {

class PeriodicTask {
 public:
  // `turn` gets the wall time; it may take longer than `period`, then the next follows at once.
  // `name`: at most 15 bytes, shown as the thread's name. `clock` must outlive this.
  // REQUIRES: period > 0.
  PeriodicTask(std::string name, absl::Duration period, std::function<void(absl::Time)> turn,
               const Clock* clock);
  // Waits for a running turn, then joins.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Asks for a turn as soon as possible. Wakes during a turn lead to one more turn after it.
  void Wake();

 private:
  void Run();

  const std::string name_;
  const absl::Duration period_;
  const std::function<void(absl::Time)> turn_;
  const Clock* const clock_;

  Mutex mu_;
  CondVar wake_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_PERIODIC_TASK_H_
