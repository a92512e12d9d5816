#ifndef MRG_TESTS_SIMULATION_STEP_LOG_H_
#define MRG_TESTS_SIMULATION_STEP_LOG_H_

// What a simulation did, step by step: the last steps in words, all steps in one number, the broken
// invariant if there is one, and how often each rare event was seen. Nothing here depends on keys
// or signatures, so that two runs of one seed are equal.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

class StepLog {
 public:
  // Begins the next step.
  void Step(absl::Time now, absl::string_view what);
  // Adds how the step went to it.
  void Note(absl::string_view what);

  // Counts one of the events that a simulation must meet to be worth something.
  void Rare(const std::string& name) { ++rare_[name]; }

  // Keeps the first broken invariant, with the step at which it was found.
  void Broken(absl::string_view what);

  uint64_t steps() const { return steps_; }
  // Result: a number that two runs share exactly when they went the same way.
  uint64_t trace() const { return trace_; }
  const std::map<std::string, int>& rare() const { return rare_; }
  const std::optional<std::string>& broken() const { return broken_; }
  // Result: the last steps, a line each.
  std::string LastSteps() const;

 private:
  void Mix(absl::string_view text);

  uint64_t steps_ = 0;
  uint64_t trace_ = 0xCBF29CE484222325u;  // FNV-1a, 64 bits
  std::deque<std::string> last_;
  std::map<std::string, int> rare_;
  std::optional<std::string> broken_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_STEP_LOG_H_
