#ifndef MRG_TESTS_SCENARIO_HELD_DISK_H_
#define MRG_TESTS_SCENARIO_HELD_DISK_H_

// The disk of a node that runs, slowed down by a test without bound: the node is started with
// held_sync.so before its libraries, in which every sync waits while the test holds a lock on a
// file that both know.
//
// Threads: of the test's main thread.

#include <string>
#include <vector>

namespace mrg {

// Names the file to the node.
inline constexpr char kHeldDiskVariable[] = "MRG_HELD_DISK_FILE";

class HeldDisk {
 public:
  // Makes the file. An absolute path.
  explicit HeldDisk(std::string path);
  ~HeldDisk();
  HeldDisk(const HeldDisk&) = delete;
  HeldDisk& operator=(const HeldDisk&) = delete;

  // The words before a node's program that give it this disk.
  std::vector<std::string> RunBy() const;

  // From now on no sync of the node comes to its end, until Release.
  void Hold() const;
  void Release() const;

 private:
  const std::string path_;
  const int file_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_HELD_DISK_H_
