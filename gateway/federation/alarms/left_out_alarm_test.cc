#include "gateway/federation/alarms/left_out_alarm.h"

#include <utility>
#include <vector>

#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LeftOutAlarmTest : public ::testing::Test {
 protected:
  void Look(std::vector<LeftOutRole> left_out, const MemberId& publisher) {
    InForceSet set{publisher, {}, {}};
    set.left_out = std::move(left_out);
    alarm_.Look(set);
  }
  double LeftOut(const MemberId& publisher) const {
    return metrics_.left_out.Value({{"publisher", LabelValue::OfMember(publisher)}});
  }

  const MemberId delta_ = *MemberId::Parse("yangtze-delta");
  const MemberId chuanyu_ = *MemberId::Parse("sichuan-chongqing");
  const LeftOutRole province_ = {"j-31", "targets", "j-31", Reason::kMetadataThreshold};
  const LeftOutRole behind_ = {"j-31", "j-31", "repeals-31", Reason::kMetadataMismatch};
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  LeftOutAlarm alarm_{&metrics_, &events_};
};

TEST_F(LeftOutAlarmTest, H1_ARoleThatIsLeftOutIsToldOnceWithItsReasonAndCountedWhileItLasts) {
  Look({province_}, delta_);
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr(R"("level":"error")"), HasSubstr(R"("role_left_out")"),
                                HasSubstr(R"("publisher":"yangtze-delta","through":"j-31")"),
                                HasSubstr(R"("delegator":"targets","role":"j-31")"),
                                HasSubstr(R"("reason":"METADATA_THRESHOLD")"))));
  EXPECT_EQ(LeftOut(delta_), 1);

  Look({province_, behind_}, delta_);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr(R"("role":"repeals-31")")));
  EXPECT_EQ(LeftOut(delta_), 2);

  Look({}, delta_);
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(LeftOut(delta_), 0);
}

TEST_F(LeftOutAlarmTest, H1_WhatIsWholeAgainAndThenLeftOutIsToldAgain) {
  for (int time = 0; time < 2; ++time) {
    Look({province_}, delta_);
    Look({}, delta_);
  }

  EXPECT_EQ(events_.Take().size(), 2u);
}

TEST_F(LeftOutAlarmTest, H1_EachPublisherHasItsOwn) {
  Look({province_}, delta_);
  events_.Take();

  Look({province_}, chuanyu_);

  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr(R"("publisher":"sichuan-chongqing")")));
  EXPECT_EQ(LeftOut(delta_), 1);
  Look({}, chuanyu_);
  EXPECT_EQ(LeftOut(delta_), 1);
  EXPECT_EQ(LeftOut(chuanyu_), 0);
}

}  // namespace
}  // namespace mrg
