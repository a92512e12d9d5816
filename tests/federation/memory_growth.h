#ifndef MRG_TESTS_FEDERATION_MEMORY_GROWTH_H_
#define MRG_TESTS_FEDERATION_MEMORY_GROWTH_H_

// How much more memory a process has held at once, since this was made, than it held then.
//
// Threads: of the test's main thread.

#include <sys/types.h>

#include <cstdint>

namespace mrg {

class MemoryGrowth {
 public:
  // Fails the test when the process cannot be looked at.
  explicit MemoryGrowth(pid_t pid);

  // Result: bytes, of resident memory at its highest.
  int64_t Peak() const;

 private:
  const pid_t pid_;
  const int64_t start_;
};

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_MEMORY_GROWTH_H_
