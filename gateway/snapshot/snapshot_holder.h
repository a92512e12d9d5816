#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_

// The recognition snapshot in force. Publishing swaps one pointer; calls in flight keep the
// snapshot they began with. A reader takes no lock and waits for nobody.

#include <memory>
#include <utility>

#include "gateway/base/shared_cell.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// Thread-safe.
class SnapshotHolder {
 public:
  // Result: the snapshot in force; null until the first Publish.
  std::shared_ptr<const RecognitionSnapshot> Current() const { return current_.Load(); }

  // The old snapshot ends here, or when the last call that holds it does.
  void Publish(std::shared_ptr<const RecognitionSnapshot> snapshot) {
    current_.Store(std::move(snapshot));
  }

 private:
  SharedCell<const RecognitionSnapshot> current_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
