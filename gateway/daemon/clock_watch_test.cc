#include "gateway/daemon/clock_watch.h"

#include <string>
#include <vector>

#include "gateway/base/testing/kept_events.h"
#include "gateway/metrics/metric_registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class ClockWatchTest : public ::testing::Test {
 protected:
  // A second passes, in which the wall clock also makes a step.
  void Pass(absl::Duration step = absl::ZeroDuration()) {
    now_ += absl::Seconds(1) + step;
    monotonic_ += absl::Seconds(1);
    watch_.Look(now_, monotonic_);
  }
  double Steps(LabelValue direction) const {
    return metrics_.clock_steps.Value({{"direction", direction}});
  }

  absl::Time now_ = kNow;
  absl::Duration monotonic_ = absl::Hours(1);
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  ClockWatch watch_{&metrics_, &events_};
};

TEST_F(ClockWatchTest, AClockThatGoesOnIsNoNews) {
  for (int i = 0; i < 100; ++i) Pass(absl::Milliseconds(i % 2 == 0 ? 900 : -900));
  now_ += absl::Hours(2);  // the node was busy or asleep, and both clocks went on
  monotonic_ += absl::Hours(2);
  Pass();

  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(ClockWatchTest, AStepIsToldOnceWithItsDirection) {
  Pass();
  Pass(-absl::Hours(24));
  Pass();
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("clock_stepped"), HasSubstr("\"seconds\":-86400"))));

  Pass(absl::Hours(24 * 365));
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"seconds\":31536000")));

  EXPECT_EQ(Steps("back"), 1);
  EXPECT_EQ(Steps("forward"), 1);
}

}  // namespace
}  // namespace mrg
