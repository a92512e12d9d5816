#ifndef MRG_GATEWAY_DAEMON_COMMIT_WATCH_H_
#define MRG_GATEWAY_DAEMON_COMMIT_WATCH_H_

// Finds out that the disk does not answer: one commit is under way and does not end. No call to the
// store tells that, for each would wait behind it.
//
// Thread-safe.

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"

namespace mrg {

// A disk that works takes milliseconds, one that is busy with other things a second or two.
inline constexpr absl::Duration kCommitHangsAfter = absl::Seconds(5);

class CommitWatch {
 public:
  // Looks at OrderedStore::CommitUnderWay at the monotonic time `now`. Result: whether that one
  // commit was seen kCommitHangsAfter ago or earlier.
  bool Hangs(uint64_t under_way, absl::Duration now) {
    MutexLock lock(mu_);
    if (under_way != seen_) {
      seen_ = under_way;
      since_ = now;
    }
    return seen_ != 0 && now - since_ >= kCommitHangsAfter;
  }

 private:
  Mutex mu_;
  uint64_t seen_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Duration since_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_COMMIT_WATCH_H_
