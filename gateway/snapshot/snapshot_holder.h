#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_

// Where the recognition snapshot in force is read: what decides needs nothing else of the view in
// force (gateway/federation/in_force). Calls in flight keep the snapshot they began with; a reader
// takes no lock and waits for nobody.

#include <memory>

#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// Thread-safe.
class SnapshotHolder {
 public:
  virtual ~SnapshotHolder() = default;

  // Result: the snapshot in force; null until the first one is.
  virtual std::shared_ptr<const RecognitionSnapshot> Current() const = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_HOLDER_H_
