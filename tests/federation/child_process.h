#ifndef MRG_TESTS_FEDERATION_CHILD_PROCESS_H_
#define MRG_TESTS_FEDERATION_CHILD_PROCESS_H_

// Programs that a test starts: one that runs on beside the test, and one that is run to its end.
// A child does not outlive its test, however that ends.
//
// Threads: an object belongs to one thread, which must live as long as the child: the kernel ends a
// child when the thread that started it ends.

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

class ChildProcess {
 public:
  // Starts `command`, its program first; what it writes is appended to the two files.
  // Errors: UNAVAILABLE when it cannot be started.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, const std::string& out_path,
      const std::string& err_path);
  // Kills it when it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool IsRunning();
  void Signal(int signal);
  // Result: the exit code, or 128 + the signal that ended it; nullopt when it still runs after
  // `at_most`.
  std::optional<int> WaitForEnd(absl::Duration at_most);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  std::optional<int> ended_;
};

// What a program that ran to its end left.
struct Ran {
  int code = -1;  // as ChildProcess::WaitForEnd; -1 when it could not be started or did not end
  std::string out;
  std::string err;
};

// Runs `command` to its end, for at most a minute; `folder` is for its output.
Ran RunToEnd(const std::vector<std::string>& command, const std::string& folder);

// Result: the file's bytes; empty when it cannot be read.
std::string ReadIfThere(const std::string& path);

// Whether a file anywhere below `folder` holds `bytes`.
bool AnyFileHolds(const std::string& folder, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_CHILD_PROCESS_H_
