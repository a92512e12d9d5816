#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_

// The recognition snapshot in force. Publishing swaps one pointer; calls in flight keep the
// snapshot they began with.

#include <atomic>
#include <memory>
#include <utility>

#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// Thread-safe.
class SnapshotHolder {
 public:
  // Result: the snapshot in force; null until the first Publish.
  std::shared_ptr<const RecognitionSnapshot> Current() const {
    return current_.load(std::memory_order_acquire);
  }
  void Publish(std::shared_ptr<const RecognitionSnapshot> snapshot) {
    current_.store(std::move(snapshot), std::memory_order_release);
  }

 private:
  std::atomic<std::shared_ptr<const RecognitionSnapshot>> current_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
