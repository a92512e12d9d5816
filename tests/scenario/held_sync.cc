// A shared object that takes the place of the C library's syncs in a process that is started with
// it: see held_disk.h.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "tests/scenario/held_disk.h"

namespace {

// Waits as long as the test holds the lock; the kernel ends the wait.
void WaitForDisk() {
  const char* const path = std::getenv(mrg::kHeldDiskVariable);
  const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  // A node whose disk cannot be held must not run with a quick one.
  if (file < 0) std::abort();
  while (flock(file, LOCK_SH) != 0) {
    if (errno != EINTR) std::abort();
  }
  close(file);
}

using Sync = int (*)(int);

Sync Found(const char* name) { return reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name)); }

}  // namespace

extern "C" int fdatasync(int file) {
  static const Sync next = Found("fdatasync");
  WaitForDisk();
  return next(file);
}

extern "C" int fsync(int file) {
  static const Sync next = Found("fsync");
  WaitForDisk();
  return next(file);
}
