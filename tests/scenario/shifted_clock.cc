// A shared object that takes the place of absl's clock in a process that is started with it: see
// clock_shift.h. The functions of the system's clock are left alone, since a deadline made of a
// shifted time would mean another moment to the kernel; where the node hands such a deadline to
// gRPC, the shift is taken off again.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpc/support/time.h"
#include "tests/scenario/clock_shift.h"

namespace {

constexpr int64_t kNanosInSecond = 1'000'000'000;

// Result: the mapped shift; a node that cannot have it must not run with the true time.
const std::atomic<int64_t>& Shift() {
  static const void* const mapped = [] {
    const char* const path = std::getenv(mrg::kClockShiftVariable);
    const int file = path == nullptr ? -1 : open(path, O_RDONLY);
    const void* const place =
        mmap(nullptr, sizeof(std::atomic<int64_t>), PROT_READ, MAP_SHARED, file, 0);
    if (place == MAP_FAILED) std::abort();
    close(file);
    return place;
  }();
  return *static_cast<const std::atomic<int64_t>*>(mapped);
}

int64_t ShiftNanos() { return Shift().load(std::memory_order_relaxed); }

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

Time Now() {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  return TimeFromTimespec(now) + Nanoseconds(ShiftNanos());
}

ABSL_NAMESPACE_END
}  // namespace absl

// Otherwise as gRPC's own, which reads a deadline by the system's clock.
extern "C" gpr_timespec gpr_convert_clock_type(gpr_timespec time, gpr_clock_type target) {
  if (time.clock_type == target) return time;
  if (time.tv_sec == INT64_MAX || time.tv_sec == INT64_MIN) {
    time.clock_type = target;
    return time;
  }
  if (time.clock_type == GPR_CLOCK_REALTIME) {
    time = gpr_time_sub(time, {ShiftNanos() / kNanosInSecond, 0, GPR_TIMESPAN});
  }
  if (target == GPR_TIMESPAN) return gpr_time_sub(time, gpr_now(time.clock_type));
  if (time.clock_type == GPR_TIMESPAN) return gpr_time_add(gpr_now(target), time);
  return gpr_time_add(gpr_now(target), gpr_time_sub(time, gpr_now(time.clock_type)));
}
