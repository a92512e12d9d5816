#ifndef MRG_TESTS_SCENARIO_CLOCK_SHIFT_H_
#define MRG_TESTS_SCENARIO_CLOCK_SHIFT_H_

// The wall clock of a node that runs, moved by a test: the node is started with shifted_clock.so
// before its libraries, which adds to what the node reads as the time now whatever stands in a file
// that both have mapped. Only the node's own readings move (gateway/base/real_clock.cc is the one
// place of them): the kernel's clock, by which waits end and TLS judges certificates, stays.
//
// Threads: of the test's main thread; a shift is seen at once by all threads of the node.

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace mrg {

// Names the file to the node; it holds the shift as int64_t, nanoseconds: whole seconds of them.
inline constexpr char kClockShiftVariable[] = "MRG_CLOCK_SHIFT_FILE";

class ClockShift {
 public:
  // Makes the file, without a shift. An absolute path.
  explicit ClockShift(std::string path);

  // The words before a node's program that make it read the shifted clock.
  std::vector<std::string> RunBy() const;

  void Set(absl::Duration shift) const;

 private:
  const std::string path_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_CLOCK_SHIFT_H_
