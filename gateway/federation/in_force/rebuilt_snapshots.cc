#include "gateway/federation/in_force/rebuilt_snapshots.h"

#include "gateway/base/reason.h"

namespace mrg {
namespace {

absl::Status Overloaded() {
  return MakeError(Reason::kOverloaded,
                   "expected fewer requests at once that were decided under earlier lists");
}

}  // namespace

std::shared_ptr<const RecognitionSnapshot> RebuiltSnapshots::Kept(absl::string_view id) {
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    if ((*kept)->id() != id) continue;
    kept_.splice(kept_.begin(), kept_, kept);
    return kept_.front();
  }
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> RebuiltSnapshots::Of(
    absl::string_view id) {
  const std::shared_ptr<const RecognitionSnapshot> current = current_->Current();
  if (current != nullptr && current->id() == id) return current;
  {
    MutexLock lock(mu_);
    if (auto kept = Kept(id)) return kept;
    if (building_.contains(id)) {
      if (waiting_ >= kRebuildWaitersMax) return Overloaded();
      ++waiting_;
      while (building_.contains(id)) built_.Wait(mu_);
      --waiting_;
      // None is there when its build failed, which another caller may try again.
      if (auto kept = Kept(id)) return kept;
    }
    if (building_.size() >= kRebuildsMax) return Overloaded();
    building_.emplace(id);
  }
  auto snapshot = build_(id);
  MutexLock lock(mu_);
  building_.erase(building_.find(id));
  built_.NotifyAll();
  if (!snapshot.ok()) return snapshot;
  kept_.push_front(*snapshot);
  if (kept_.size() > kRebuiltKeptMax) kept_.pop_back();
  return snapshot;
}

}  // namespace mrg
