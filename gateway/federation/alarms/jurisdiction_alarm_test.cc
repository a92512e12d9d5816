#include "gateway/federation/alarms/jurisdiction_alarm.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JurisdictionAlarmTest : public ::testing::Test {
 protected:
  // The hub lists the jurisdiction with the member, and nothing else.
  void HubLists(const std::string& jurisdiction, const std::string& member) {
    trustlist::v1::Federation list;
    list.add_members()->set_member(member);
    list.mutable_members(0)->add_jurisdictions(jurisdiction);
    list_.Publish(std::move(list));
    alarm_.Look(snapshot_);
  }
  double Conflicts() const { return metrics_.jurisdiction_conflicts.Value({}); }

  const RecognitionSnapshot snapshot_ = SnapshotFixture().Build();
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  SetFederationList list_;
  JurisdictionAlarm alarm_{&list_, &metrics_, &events_};
};

TEST_F(JurisdictionAlarmTest, T07_AJurisdictionThatTheHubGivesToAnotherIsToldOnce) {
  HubLists("50", kHubMember);
  HubLists("50", kHubMember);

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr(R"("level":"error")"),
                                HasSubstr(R"("event":"member_jurisdiction_conflict")"),
                                HasSubstr(R"("publisher":"hub","jurisdiction":"50")"))));
  EXPECT_EQ(Conflicts(), 1);
}

TEST_F(JurisdictionAlarmTest, WhatTheHubTakesBackIsOverAndToldAgainWhenItComesAgain) {
  HubLists("50", kHubMember);
  HubLists("50", kSichuanMember);
  EXPECT_EQ(Conflicts(), 0);
  HubLists("50", kHubMember);

  EXPECT_EQ(events_.Take().size(), 2u);
}

TEST_F(JurisdictionAlarmTest, BeforeTheFirstListNothingIsTold) {
  alarm_.Look(snapshot_);

  EXPECT_THAT(events_.Take(), IsEmpty());
}

}  // namespace
}  // namespace mrg
