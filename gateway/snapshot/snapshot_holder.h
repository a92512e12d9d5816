#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_

// The recognition snapshot in force. Publishing swaps one pointer; calls in flight keep the
// snapshot they began with. The lock is held for the copy of a pointer and for nothing else:
// std::atomic<std::shared_ptr> of GCC 12 would be a spin lock that unlocks relaxed (GCC bug
// 101761), a data race by the language's rules and under ThreadSanitizer.

#include <memory>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// Thread-safe.
class SnapshotHolder {
 public:
  // Result: the snapshot in force; null until the first Publish.
  std::shared_ptr<const RecognitionSnapshot> Current() const {
    MutexLock lock(mu_);
    return current_;
  }

  void Publish(std::shared_ptr<const RecognitionSnapshot> snapshot) {
    {
      MutexLock lock(mu_);
      current_.swap(snapshot);
    }
    // Here, outside the lock, the old snapshot ends when no call holds it.
  }

 private:
  mutable Mutex mu_;
  std::shared_ptr<const RecognitionSnapshot> current_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
