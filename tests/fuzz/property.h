#ifndef MRG_TESTS_FUZZ_PROPERTY_H_
#define MRG_TESTS_FUZZ_PROPERTY_H_

// How a fuzz target says that a property does not hold: the process ends, which both libFuzzer and
// the replay of the corpus report with the input.

#include <cstdio>
#include <cstdlib>

namespace mrg {

inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace mrg

#endif  // MRG_TESTS_FUZZ_PROPERTY_H_
