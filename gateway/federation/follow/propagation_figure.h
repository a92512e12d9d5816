#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_PROPAGATION_FIGURE_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_PROPAGATION_FIGURE_H_

// How long a publisher's new version takes from the first hint of it until it is in force here.

#include <cstdint>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"

namespace mrg {

// Thread-safe.
class PropagationFigure {
 public:
  // Both pointers must outlive this.
  PropagationFigure(MemberId publisher, const TrustMetrics* metrics, const Clock* clock)
      : publisher_(std::move(publisher)), metrics_(metrics), clock_(clock) {}

  // A peer hinted at `version` of the timestamp. At most 64 versions are remembered, the lowest of
  // those above what is in force: whatever else is hinted at, the next one finds its place.
  void Hinted(int64_t version);

  // `version` is in force; `changed`: by this very refresh. Versions that were passed over are not
  // measured.
  void InForce(int64_t version, bool changed);

 private:
  const MemberId publisher_;
  const TrustMetrics* const metrics_;
  const Clock* const clock_;

  Mutex mu_;
  int64_t in_force_ ABSL_GUARDED_BY(mu_) = 0;
  // Monotonic time at which a version was first heard of, until it is in force.
  std::map<int64_t, absl::Duration> hinted_at_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_PROPAGATION_FIGURE_H_
