#ifndef MRG_GATEWAY_SNAPSHOT_SNAPSHOT_PUBLISHER_H_
#define MRG_GATEWAY_SNAPSHOT_SNAPSHOT_PUBLISHER_H_

// Puts verified trust lists in force: builds the snapshot, archives its manifest (the one commit)
// and swaps the holder. A set that does not build leaves what is in force untouched, so that one
// publisher's mistake does not stop the updates of the others.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/snapshot/snapshot_archive.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "trustlist/in_force.h"

namespace mrg {

// Thread-safe.
class SnapshotPublisher {
 public:
  // All pointers must outlive the publisher.
  SnapshotPublisher(SnapshotOwner owner, const BlobReader* blobs, SnapshotArchive* archive,
                    SnapshotHolder* holder);

  // Puts the archived manifest back in force after a restart; does nothing when there is none.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT, or as BuildSnapshot.
  absl::Status Restore();

  // Puts `set` in force beside what is in force of the other publishers. A set equal to the one in
  // force changes nothing. Errors: as BuildSnapshot and SnapshotArchive::PutInForce; then the old
  // snapshot stays.
  absl::Status Offer(const InForceSet& set, absl::Time now);

  // Whether the owner may publish `set`, its own, at `now`: whether it would build beside what is
  // in force of the others, and what it does to the agreements; nothing changes. `blobs` holds what
  // it names. Errors: as BuildSnapshot and CheckAgreementPublication; NODE_NOT_READY when the set
  // needs the hub's dictionary and none is in force here yet.
  absl::Status Check(const InForceSet& set, const BlobReader& blobs, absl::Time now) const;

  // Result: when the publisher's present set went in force here since the start; InfinitePast when
  // it did not.
  absl::Time InForceSince(const std::string& publisher) const;

  // Builds an archived snapshot again, for a request that is decided again.
  // Errors: RECORD_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT, or as BuildSnapshot.
  absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> Rebuild(absl::string_view id) const;

 private:
  absl::Status PutInForce(std::map<std::string, InForceSet> sets)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Constant after construction.
  const SnapshotOwner owner_;
  const BlobReader* const blobs_;
  SnapshotArchive* const archive_;
  SnapshotHolder* const holder_;

  // Held over building and archiving: offers are rare and must be put in force in order.
  mutable Mutex mu_;
  std::map<std::string, InForceSet> in_force_ ABSL_GUARDED_BY(mu_);        // by publisher
  std::map<std::string, absl::Time> in_force_since_ ABSL_GUARDED_BY(mu_);  // by publisher
};

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_SNAPSHOT_PUBLISHER_H_
