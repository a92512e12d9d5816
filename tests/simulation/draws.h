#ifndef MRG_TESTS_SIMULATION_DRAWS_H_
#define MRG_TESTS_SIMULATION_DRAWS_H_

// All chance of a simulation: numbers that follow from the seed alone, on every machine and with
// every standard library (SplitMix64).
//
// Threads: belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace mrg {

class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}

  // Result: 0 to `count` - 1. REQUIRES: count >= 1.
  uint64_t Below(uint64_t count) { return Next() % count; }
  // Result: true once in `count` times.
  bool OneIn(uint64_t count) { return Below(count) == 0; }
  // Result: whole seconds, from `least` to `most`.
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    const auto span = static_cast<uint64_t>(absl::ToInt64Seconds(most - least));
    return least + absl::Seconds(static_cast<int64_t>(Below(span + 1)));
  }
  // Result: one of `all`, which is not empty.
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
  }

  uint64_t state_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_DRAWS_H_
