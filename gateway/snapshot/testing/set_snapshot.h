#ifndef MRG_GATEWAY_SNAPSHOT_TESTING_SET_SNAPSHOT_H_
#define MRG_GATEWAY_SNAPSHOT_TESTING_SET_SNAPSHOT_H_

// The snapshot that a test has put in force.
//
// Thread-safe.

#include <memory>
#include <utility>

#include "gateway/base/shared_cell.h"
#include "gateway/snapshot/snapshot_holder.h"

namespace mrg {

class SetSnapshot : public SnapshotHolder {
 public:
  std::shared_ptr<const RecognitionSnapshot> Current() const override { return current_.Load(); }
  void Publish(std::shared_ptr<const RecognitionSnapshot> snapshot) {
    current_.Store(std::move(snapshot));
  }

 private:
  SharedCell<const RecognitionSnapshot> current_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_TESTING_SET_SNAPSHOT_H_
