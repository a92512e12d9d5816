#include "gateway/recognition/released_elements.h"

#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

gateway::v1::AgreementRule Rule() {
  gateway::v1::AgreementRule rule;
  rule.add_allowed_elements("number");
  rule.add_allowed_elements("holder");
  return rule;
}

TEST(ReleasedElements, NothingAskedForIsEverythingAllowed) {
  const ReleasedElements released = ReleaseElements(Rule(), {});

  EXPECT_THAT(released.ids, UnorderedElementsAre("number", "holder"));
  EXPECT_THAT(released.withheld, IsEmpty());
}

TEST(ReleasedElements, NoMoreThanWasAskedForIsReleased) {
  const ReleasedElements released = ReleaseElements(Rule(), {"holder"});

  EXPECT_THAT(released.ids, UnorderedElementsAre("holder"));
  EXPECT_THAT(released.withheld, IsEmpty());
}

TEST(Threat, R10_ElementNotAllowedIsWithheldAndReportedInTheOrderAsked) {
  const ReleasedElements released = ReleaseElements(Rule(), {"photo", "number", "address"});

  EXPECT_THAT(released.ids, UnorderedElementsAre("number"));
  ASSERT_THAT(released.withheld, SizeIs(2));
  EXPECT_EQ(released.withheld[0].element_id(), "photo");
  EXPECT_EQ(released.withheld[1].element_id(), "address");
  for (const auto& report : released.withheld) {
    EXPECT_EQ(report.outcome(), gateway::v1::ELEMENT_OUTCOME_WITHHELD);
    EXPECT_EQ(report.reason(), TokenOf(Reason::kElementNotAllowed));
  }
}

TEST(ReleasedElements, RuleThatAllowsNothingReleasesNothing) {
  EXPECT_THAT(ReleaseElements({}, {}).ids, IsEmpty());

  const ReleasedElements released = ReleaseElements({}, {"number"});
  EXPECT_THAT(released.ids, IsEmpty());
  EXPECT_THAT(released.withheld, SizeIs(1));
}

TEST(ReleasedElements, IdsAreComparedByteForByte) {
  EXPECT_THAT(ReleaseElements(Rule(), {"Number", "number "}).ids, IsEmpty());
}

}  // namespace
}  // namespace mrg
