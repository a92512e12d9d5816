#include "gateway/recognition/check_list.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CheckList, NothingFailedIsRecognized) {
  CheckList checks;
  checks.Pass("signature");
  checks.NotEvaluated("holder");

  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), IsEmpty());
}

TEST(CheckList, ConditionsAloneAreRecognizedWithConditions) {
  CheckList checks;
  checks.Pass("signature");
  checks.Condition("dispute_mark", Reason::kUnderDispute);

  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kUnderDispute));
}

TEST(CheckList, MalformedOutweighsStaleOutweighsNoRuleOutweighsRefusal) {
  CheckList checks;
  checks.Fail("holder", FailureClass::kRefusal, Reason::kHolderMismatch);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kHolderMismatch));

  checks.Fail("pack", FailureClass::kNoRule, Reason::kNoPack);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NO_RULE);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kNoPack));

  checks.Fail("freshness", FailureClass::kStale, Reason::kTrustExpired);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kTrustExpired));

  checks.Fail("signature", FailureClass::kMalformed, Reason::kSignatureInvalid);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kSignatureInvalid));
}

TEST(CheckList, RecordKeepsEveryCheckInOrderWithItsToken) {
  CheckList checks;
  checks.Pass("signature");
  checks.Fail("agreement", FailureClass::kNoRule, Reason::kTypeNotCovered);
  audit::v1::DecisionRecord record;

  checks.AppendTo(&record);

  ASSERT_EQ(record.checks_size(), 2);
  EXPECT_EQ(record.checks(0).check(), "signature");
  EXPECT_EQ(record.checks(0).verdict(), audit::v1::VERDICT_PASSED);
  EXPECT_EQ(record.checks(1).reason(), "TYPE_NOT_COVERED");
  EXPECT_EQ(record.checks(1).verdict(), audit::v1::VERDICT_FAILED);
}

}  // namespace
}  // namespace mrg
