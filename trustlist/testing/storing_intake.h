#ifndef MRG_TRUSTLIST_TESTING_STORING_INTAKE_H_
#define MRG_TRUSTLIST_TESTING_STORING_INTAKE_H_

// The intake of tests that have no content to judge: one commit, as the node's makes it, and
// nothing more.

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/set_intake.h"

namespace mrg {

// Thread-safe.
class StoringIntake : public SetIntake {
 public:
  // `store` must outlive this.
  explicit StoringIntake(OrderedStore* store) : store_(store) {}

  absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time) override {
    PutBlobs(verified.blobs, &writes);
    MRG_RETURN_IF_ERROR(InForceStore(store_).StageOver(verified.set, verified.row_version,
                                                       verified.under_new_root, &writes));
    return store_->Commit(writes).status;
  }

 private:
  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TESTING_STORING_INTAKE_H_
