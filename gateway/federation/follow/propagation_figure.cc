#include "gateway/federation/follow/propagation_figure.h"

#include <iterator>

namespace mrg {
namespace {

constexpr size_t kHintsMax = 64;

}  // namespace

void PropagationFigure::Hinted(int64_t version) {
  MutexLock lock(mu_);
  if (version <= in_force_) return;
  hinted_at_.emplace(version, clock_->Monotonic());
  // Versions that nobody publishes do not stand in the way of those that come.
  if (hinted_at_.size() > kHintsMax) hinted_at_.erase(std::prev(hinted_at_.end()));
}

void PropagationFigure::InForce(int64_t version, bool changed) {
  MutexLock lock(mu_);
  in_force_ = version;
  while (!hinted_at_.empty() && hinted_at_.begin()->first <= version) {
    if (changed && hinted_at_.begin()->first == version) {
      const absl::Duration took = clock_->Monotonic() - hinted_at_.begin()->second;
      metrics_->propagation_seconds.Observe({{"publisher", LabelValue::OfMember(publisher_)}},
                                            absl::ToDoubleSeconds(took));
    }
    hinted_at_.erase(hinted_at_.begin());
  }
}

}  // namespace mrg
