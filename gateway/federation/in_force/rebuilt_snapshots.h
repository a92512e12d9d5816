#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_REBUILT_SNAPSHOTS_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_REBUILT_SNAPSHOTS_H_

// Archived snapshots for requests that are decided again. To build one reads whole lists, and a
// caller chooses which: so the last few are kept, few are built at a time, and few wait for those.

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/mutex.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/snapshot_holder.h"

namespace mrg {

// Kept at once. One has of its own the lists that are others now than they were then.
inline constexpr size_t kRebuiltKeptMax = 4;
// Built at once, and calls that wait for one of these: fewer than there are threads for calls.
inline constexpr size_t kRebuildsMax = 2;
inline constexpr size_t kRebuildWaitersMax = 2;

// Thread-safe.
class RebuiltSnapshots {
 public:
  // Builds the archived snapshot of this id again.
  using Build =
      std::function<absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>>(absl::string_view)>;

  // `current`, which must outlive this: the snapshot in force, which is never built again.
  RebuiltSnapshots(const SnapshotHolder* current, Build build)
      : current_(current), build_(std::move(build)) {}

  // Result: the snapshot of this id (32 raw bytes). Errors: OVERLOADED when as many are being
  // built, or waited for, as may be; what `build` gave, which is not kept.
  absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> Of(absl::string_view id);

 private:
  std::shared_ptr<const RecognitionSnapshot> Kept(absl::string_view id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const SnapshotHolder* const current_;
  const Build build_;

  Mutex mu_;
  CondVar built_;
  std::set<std::string, std::less<>> building_ ABSL_GUARDED_BY(mu_);
  size_t waiting_ ABSL_GUARDED_BY(mu_) = 0;
  std::list<std::shared_ptr<const RecognitionSnapshot>> kept_ ABSL_GUARDED_BY(mu_);  // newest first
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_REBUILT_SNAPSHOTS_H_
