#include "gateway/federation/follow/propagation_figure.h"

#include "gateway/base/testing/simulated_clock.h"
#include "gateway/metrics/metric_registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PropagationFigureTest : public ::testing::Test {
 protected:
  // Result: the figure's count and sum lines on the page.
  std::string Page() { return registry_.Text(); }

  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  SimulatedClock clock_{absl::FromUnixSeconds(1795478400)};
  PropagationFigure figure_{*MemberId::Parse("hub"), &metrics_, &clock_};
};

TEST_F(PropagationFigureTest, TimeFromTheFirstHintUntilInForceIsMeasured) {
  figure_.Hinted(2);
  clock_.Advance(absl::Seconds(3));
  figure_.Hinted(2);
  clock_.Advance(absl::Seconds(1));

  figure_.InForce(2, /*changed=*/true);

  EXPECT_THAT(Page(), HasSubstr("propagation_seconds_sum{publisher=\"hub\"} 4"));
}

TEST_F(PropagationFigureTest, WhatWasPassedOverOrInForceBeforeIsNotMeasured) {
  figure_.Hinted(2);
  figure_.Hinted(3);
  figure_.InForce(3, /*changed=*/false);
  figure_.Hinted(4);
  figure_.InForce(5, /*changed=*/true);

  EXPECT_THAT(Page(), Not(HasSubstr("propagation_seconds_count{publisher=\"hub\"}")));
}

TEST_F(PropagationFigureTest, VersionsThatNobodyPublishesDoNotPushOutThoseThatCome) {
  for (int64_t version = 1000; version < 1200; ++version) figure_.Hinted(version);
  figure_.Hinted(2);
  clock_.Advance(absl::Seconds(1));

  figure_.InForce(2, /*changed=*/true);

  EXPECT_THAT(Page(), HasSubstr("propagation_seconds_count{publisher=\"hub\"} 1"));
}

TEST_F(PropagationFigureTest, L4_VersionsBelowTheOneInForceTakeNoPlace) {
  figure_.InForce(100, /*changed=*/true);
  for (int64_t version = 0; version < 100; ++version) figure_.Hinted(version);
  figure_.Hinted(101);
  clock_.Advance(absl::Seconds(1));

  figure_.InForce(101, /*changed=*/true);

  EXPECT_THAT(Page(), HasSubstr("propagation_seconds_count{publisher=\"hub\"} 1"));
}

TEST_F(PropagationFigureTest, AWallClockThatStepsBackDoesNotShowInTheFigure) {
  figure_.Hinted(2);
  clock_.Advance(absl::Seconds(2));
  clock_.SetWallTime(absl::FromUnixSeconds(0));

  figure_.InForce(2, /*changed=*/true);

  EXPECT_THAT(Page(), HasSubstr("propagation_seconds_sum{publisher=\"hub\"} 2"));
}

}  // namespace
}  // namespace mrg
