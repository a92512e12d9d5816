#include "tests/scenario/clock_shift.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {

ClockShift::ClockShift(std::string path) : path_(std::move(path)) { Set(absl::ZeroDuration()); }

std::vector<std::string> ClockShift::RunBy() const {
  const std::string library = std::filesystem::absolute("tests/scenario/shifted_clock.so").string();
  return {"env", absl::StrCat("LD_PRELOAD=", library),
          absl::StrCat(kClockShiftVariable, "=", path_),
          // A sanitizer's library would want to be the first.
          "ASAN_OPTIONS=verify_asan_link_order=0"};
}

void ClockShift::Set(absl::Duration shift) const {
  const int64_t shift_ns = absl::ToInt64Nanoseconds(shift);
  const int file = open(path_.c_str(), O_WRONLY | O_CREAT, 0600);
  // One write of eight bytes: nobody who has it mapped sees half of it.
  EXPECT_EQ(write(file, &shift_ns, sizeof(shift_ns)), static_cast<ssize_t>(sizeof(shift_ns)));
  close(file);
}

}  // namespace mrg
