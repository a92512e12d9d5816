#include "gateway/federation/alarms/expiry_alarm.h"

#include <string>
#include <vector>

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
constexpr absl::Duration kDay = absl::Hours(24);

class ExpiryAlarmTest : public ::testing::Test {
 protected:
  // A set whose root and roles end after so many days.
  InForceSet Set(int root, int targets, int province, int64_t version = 1) const {
    return {member_,
            {{"j-31", version, "", kNow + province * kDay},
             {"root", version, "", kNow + root * kDay},
             {"snapshot", 1, "", kNow + kDay},
             {"status", 1, "", kNow + kDay},
             {"targets", version, "", kNow + targets * kDay},
             {"timestamp", 1, "", kNow + absl::Minutes(5)}},
            {}};
  }
  double RunningOut() const {
    return metrics_.running_out.Value({{"publisher", LabelValue::OfMember(member_)}});
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  ExpiryAlarm alarm_{{30 * kDay, 14 * kDay}, "status", &metrics_, &events_};
};

TEST_F(ExpiryAlarmTest, FarFromTheEndThereAreFiguresAndNoAlarm) {
  alarm_.Look(Set(31, 15, 40), kNow);

  EXPECT_THAT(events_.Take(), IsEmpty()) << "what the node renews is nobody's alarm";
  EXPECT_EQ(RunningOut(), 0);
  const LabelValue publisher = LabelValue::OfMember(member_);
  EXPECT_EQ(metrics_.expires_seconds.Value({{"publisher", publisher}, {"role", "root"}}),
            absl::ToDoubleSeconds(31 * kDay));
  EXPECT_EQ(metrics_.expires_seconds.Value({{"publisher", publisher}, {"role", "targets"}}),
            absl::ToDoubleSeconds(15 * kDay));
}

TEST_F(ExpiryAlarmTest, ARoleInsideItsWindowIsToldByName) {
  alarm_.Look(Set(30, 15, 14), kNow);

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("\"event\":\"trust_runs_out\""),
                                HasSubstr("\"publisher\":\"yangtze-delta\""),
                                HasSubstr("\"role\":\"j-31\""), HasSubstr("2026-12-08")),
                          HasSubstr("\"role\":\"root\"")));
  EXPECT_EQ(RunningOut(), 2);
}

TEST_F(ExpiryAlarmTest, ItIsToldOnceADayAndAgainForTheNextVersion) {
  alarm_.Look(Set(90, 3, 90), kNow);
  ASSERT_EQ(events_.Take().size(), 1u);

  alarm_.Look(Set(90, 3, 90), kNow + absl::Seconds(1));
  EXPECT_THAT(events_.Take(), IsEmpty());
  alarm_.Look(Set(90, 3, 90), kNow + kDay);
  EXPECT_EQ(events_.Take().size(), 1u);
  alarm_.Look(Set(90, 3, 90, 2), kNow + kDay);
  EXPECT_EQ(events_.Take().size(), 1u) << "signed anew, and for too short a time";
}

TEST_F(ExpiryAlarmTest, WhatWasSignedAnewIsAlarmedNoLonger) {
  alarm_.Look(Set(90, 3, 90), kNow);

  alarm_.Look(Set(90, 90, 90, 2), kNow);

  EXPECT_EQ(RunningOut(), 0);
}

TEST_F(ExpiryAlarmTest, AClockThatStepsBackSilencesNothing) {
  alarm_.Look(Set(90, 3, 90), kNow + 10 * kDay);
  ASSERT_EQ(events_.Take().size(), 1u);

  alarm_.Look(Set(90, 3, 90), kNow);

  EXPECT_EQ(events_.Take().size(), 1u);
}

}  // namespace
}  // namespace mrg
