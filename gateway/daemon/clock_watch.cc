#include "gateway/daemon/clock_watch.h"

#include <utility>

namespace mrg {
namespace {

// Clocks that are disciplined go faster or slower by parts of a thousand; more is a step.
constexpr absl::Duration kStepMin = absl::Seconds(5);

}  // namespace

void ClockWatch::Look(absl::Time now, absl::Duration monotonic) {
  const std::optional<Reading> last = std::exchange(last_, Reading{now, monotonic});
  if (!last.has_value()) return;
  const absl::Duration step = (now - last->now) - (monotonic - last->monotonic);
  if (absl::AbsDuration(step) < kStepMin) return;
  const bool is_back = step < absl::ZeroDuration();
  metrics_->clock_steps.Increment(
      {{"direction", is_back ? LabelValue("back") : LabelValue("forward")}});
  events_->Write(Event::kClockStepped, {{"seconds", absl::ToInt64Seconds(step)}});
}

}  // namespace mrg
