#include "gateway/daemon/periodic_task.h"

#include <pthread.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mrg {
namespace {

// The longest single wait. A test's clock moves without waking the thread; a machine that slept
// moves its monotonic clock less than its wall clock.
constexpr int64_t kWaitMsMax = 1000;
// Linux: 16 bytes with the terminating zero.
constexpr size_t kThreadNameBytesMax = 15;

}  // namespace

PeriodicTask::PeriodicTask(std::string name, absl::Duration period,
                           std::function<void(absl::Time)> turn, const Clock* clock)
    : name_(std::move(name)),
      period_(period),
      turn_(std::move(turn)),
      clock_(clock),
      thread_([this] { Run(); }) {}

PeriodicTask::~PeriodicTask() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

void PeriodicTask::Wake() {
  MutexLock lock(mu_);
  woken_ = true;
  wake_.NotifyAll();
}

void PeriodicTask::Run() {
  pthread_setname_np(pthread_self(), name_.substr(0, kThreadNameBytesMax).c_str());
  while (true) {
    const absl::Duration due = clock_->Monotonic() + period_;
    turn_(clock_->Now());
    MutexLock lock(mu_);
    while (!stopping_ && !woken_) {
      const absl::Duration left = due - clock_->Monotonic();
      if (left <= absl::ZeroDuration()) break;
      const int64_t left_ms = absl::ToInt64Milliseconds(left) + 1;
      wake_.WaitFor(mu_, static_cast<int>(std::min(left_ms, kWaitMsMax)));
    }
    if (stopping_) return;
    woken_ = false;
  }
}

}  // namespace mrg
