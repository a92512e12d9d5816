#include "tests/federation/memory_growth.h"

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// The value of a line "VmHWM:   123 kB" of /proc/<pid>/status, in bytes.
int64_t StatusBytes(pid_t pid, const std::string& name) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string word; status >> word;) {
    int64_t kib = 0;
    if (word == name + ":" && status >> kib) return kib * 1024;
  }
  ADD_FAILURE() << "no " << name << " of process " << pid;
  return 0;
}

int64_t StartOver(pid_t pid) {
  // 5: the highest value begins anew at the present one (proc(5), clear_refs).
  std::ofstream(absl::StrCat("/proc/", pid, "/clear_refs")) << "5";
  return StatusBytes(pid, "VmRSS");
}

}  // namespace

MemoryGrowth::MemoryGrowth(pid_t pid) : pid_(pid), start_(StartOver(pid)) {}

int64_t MemoryGrowth::Peak() const { return StatusBytes(pid_, "VmHWM") - start_; }

}  // namespace mrg
