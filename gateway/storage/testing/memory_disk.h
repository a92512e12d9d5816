#ifndef MRG_GATEWAY_STORAGE_TESTING_MEMORY_DISK_H_
#define MRG_GATEWAY_STORAGE_TESTING_MEMORY_DISK_H_

// A disk in memory on which a test runs the real RocksDB store: without files, and with a power
// switch. What a file was given and not synced when the power goes is lost, as on a machine.
//
// Threads: a disk belongs to one thread; the store on it is thread-safe, as OrderedStore.

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

class MemoryDisk {
 public:
  // An empty disk with power.
  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  // Gives the disk power and opens the store on it; makes an empty one the first time.
  // REQUIRES: no other store is open on this disk; it must not outlive the disk.
  // Errors: as OpenRocksDbStore.
  absl::StatusOr<std::unique_ptr<OrderedStore>> Open();

  // Takes the power: nothing reaches the disk any more, and what was not synced is gone. The open
  // store then refuses its commits, and is to be destroyed before Open.
  void LosePower();

 private:
  class FileSystem;
  struct Parts;

  const std::unique_ptr<Parts> parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_TESTING_MEMORY_DISK_H_
