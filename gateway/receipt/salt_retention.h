#ifndef MRG_GATEWAY_RECEIPT_SALT_RETENTION_H_
#define MRG_GATEWAY_RECEIPT_SALT_RETENTION_H_

// Erases the salts of records that are older than a node is to keep them.
//
// Threads: belongs to one thread, of its own: a turn may take seconds.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Salts forgotten in one commit, and in one turn.
inline constexpr size_t kSaltsInOneCommit = 1024;
inline constexpr size_t kSaltsInOneTurn = size_t{64} << 10;
// Files are written anew when this many were forgotten, or this long after the first of them.
inline constexpr size_t kSaltsInFilesMax = size_t{1} << 20;
inline constexpr absl::Duration kSaltsInFilesFor = absl::Hours(1);

class SaltRetention {
 public:
  // `keep`: how long after its decision a salt is kept, above 0. Both pointers must outlive this.
  SaltRetention(absl::Duration keep, OrderedStore* store, EventLog* events)
      : keep_(keep), store_(store), events_(events) {}

  // One turn: forgets what is due, a bounded part of it, and has files written anew when it is time
  // for that; the first turn with nothing left does so, for what an earlier process left there.
  // A failure is told when it begins, and tried again. `monotonic`: of the clock of durations.
  void RunOnce(absl::Time now, absl::Duration monotonic);

 private:
  absl::Status Turn(absl::Time now, absl::Duration monotonic);

  const absl::Duration keep_;
  OrderedStore* const store_;
  EventLog* const events_;
  bool files_may_hold_salts_ = true;
  size_t in_files_ = 0;                                        // forgotten since files were written
  absl::Duration in_files_since_ = -absl::InfiniteDuration();  // at the first of them
  bool failed_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_SALT_RETENTION_H_
