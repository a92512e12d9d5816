// A shared object that takes the place of absl's clock in a process that is started with it: see
// clock_shift.h. The functions of the system's clock are left alone, since a deadline made of a
// shifted time would mean another moment to the kernel.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/scenario/clock_shift.h"

namespace {

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

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

Time Now() {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  return TimeFromTimespec(now) + Nanoseconds(Shift().load(std::memory_order_relaxed));
}

ABSL_NAMESPACE_END
}  // namespace absl
