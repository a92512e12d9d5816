#include "gateway/federation/peer_clocks.h"

#include <string>

#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/metrics/metric_registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kMonotonic = absl::Hours(100);

class PeerClocksTest : public ::testing::Test {
 protected:
  // The peer's clock is `ahead` of the own one; asked and answered now, within `took`.
  void Hear(const std::string& peer, absl::Duration ahead,
            absl::Duration took = absl::ZeroDuration()) {
    clocks_.Heard(AsMember(peer), kNow + ahead - took / 2, kMonotonic - took, kMonotonic);
  }
  std::string Look() { return clocks_.Look(kNow, kMonotonic); }

  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  PeerClocks clocks_{&metrics_, &events_};
};

TEST_F(PeerClocksTest, M13_ClocksUpToFiveSecondsApartAreOne) {
  Hear("hub", absl::Seconds(5));
  Hear("sichuan-chongqing", -absl::Seconds(5));

  EXPECT_EQ(Look(), "");

  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(metrics_.peer_clock_difference_seconds.Value(
                {{"peer", LabelValue::OfMember(AsMember("hub"))}}),
            5);
}

TEST_F(PeerClocksTest, M13_TwoPeersThatConcurMakeTheOwnClockDoubtfulAndAreNamed) {
  Hear("hub", absl::Seconds(12));
  Hear("sichuan-chongqing", absl::Seconds(11));
  Hear("pearl-river", absl::ZeroDuration());

  EXPECT_THAT(Look(), AllOf(HasSubstr("11 s behind"), HasSubstr("hub, sichuan-chongqing"),
                            Not(HasSubstr("pearl-river"))));
}

TEST_F(PeerClocksTest, M13_OnePeerThatDiffersIsToldOnceAndBelievedByNobody) {
  Hear("hub", absl::Hours(24 * 365));
  Hear("sichuan-chongqing", absl::ZeroDuration());

  EXPECT_EQ(Look(), "");
  EXPECT_EQ(Look(), "");

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("peer_clock_differs"), HasSubstr("hub"))));
}

TEST_F(PeerClocksTest, M13_OneWordIsNotEnoughAlsoWhenNobodyElseIsHeard) {
  Hear("hub", absl::Seconds(60));

  EXPECT_EQ(Look(), "");

  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("hub")));
}

TEST_F(PeerClocksTest, M13_PeersThatDifferInOppositeWaysDoNotConcur) {
  Hear("hub", absl::Seconds(60));
  Hear("sichuan-chongqing", -absl::Seconds(60));

  EXPECT_EQ(Look(), "");
}

TEST_F(PeerClocksTest, M13_HalfOfThoseHeardIsNoMajority) {
  for (const char* peer : {"a", "b"}) Hear(peer, absl::Seconds(60));
  for (const char* peer : {"c", "d"}) Hear(peer, absl::ZeroDuration());

  EXPECT_EQ(Look(), "");
}

TEST_F(PeerClocksTest, M13_APeerThatTakesItsTimeToAnswerSaysSoMuchLess) {
  for (const char* peer : {"hub", "sichuan-chongqing"}) {
    Hear(peer, absl::Seconds(7), /*took=*/absl::Seconds(4));
  }

  EXPECT_EQ(Look(), "");
}

TEST_F(PeerClocksTest, M13_AStepOfTheOwnClockShowsAtOnceAndGoesWithIt) {
  Hear("hub", absl::ZeroDuration());
  Hear("sichuan-chongqing", absl::ZeroDuration());
  const absl::Duration later = absl::Minutes(10);
  ASSERT_EQ(clocks_.Look(kNow + later, kMonotonic + later), "");

  EXPECT_THAT(clocks_.Look(kNow + later + absl::Hours(1), kMonotonic + later),
              HasSubstr("3600 s ahead of"));
  EXPECT_EQ(clocks_.Look(kNow + later, kMonotonic + later), "");
}

TEST_F(PeerClocksTest, M13_WhatWasHeardLongAgoCountsNoMore) {
  Hear("hub", absl::Seconds(60));
  Hear("sichuan-chongqing", absl::Seconds(60));
  const absl::Duration later = absl::Hours(3);

  EXPECT_EQ(clocks_.Look(kNow + later, kMonotonic + later), "");
}

}  // namespace
}  // namespace mrg
