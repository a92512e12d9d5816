#include "gateway/recognition/check_list.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A list in which every check was made and held.
CheckList AllPassed() {
  CheckList checks;
  for (int i = 0; i < kCheckCount; ++i) checks.Pass(static_cast<Check>(i));
  return checks;
}

TEST(CheckList, EveryCheckPassedIsRecognized) {
  const CheckList checks = AllPassed();

  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), IsEmpty());
}

TEST(CheckList, H2_WhatNobodyCheckedIsNotRecognized) {
  CheckList untouched;
  CheckList checks;
  for (int i = 0; i < kCheckCount; ++i) checks.NotEvaluated(static_cast<Check>(i));

  for (const CheckList& list : {untouched, checks}) {
    EXPECT_EQ(list.Outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
    EXPECT_THAT(list.Reasons(), ElementsAre(Reason::kCheckNotEvaluated));
    EXPECT_FALSE(list.AllHoldBefore(Check::kTranslation));
  }
}

TEST(CheckList, H2_OnlyHolderAndCopyMayBeUnneeded) {
  for (int i = 0; i < kCheckCount; ++i) {
    const Check check = static_cast<Check>(i);
    CheckList checks = AllPassed();
    checks.NotNeeded(check);
    const bool may = check == Check::kHolder || check == Check::kCopy;
    EXPECT_EQ(checks.Outcome() == audit::v1::OUTCOME_RECOGNIZED, may) << NameOf(check);
  }
}

TEST(CheckList, AllHoldBeforeLooksAtWhatComesBeforeAlone) {
  CheckList checks;
  for (int i = 0; i < static_cast<int>(Check::kStatus); ++i) checks.Pass(static_cast<Check>(i));
  EXPECT_TRUE(checks.AllHoldBefore(Check::kStatus));
  EXPECT_FALSE(checks.AllHoldBefore(Check::kTranslation));

  checks.NotNeeded(Check::kHolder);
  checks.Condition(Check::kFreshness, Reason::kTrustInGrace);
  EXPECT_TRUE(checks.AllHoldBefore(Check::kStatus));
  checks.NotEvaluated(Check::kHolder);
  EXPECT_FALSE(checks.AllHoldBefore(Check::kStatus));
}

TEST(CheckList, ConditionsAloneAreRecognizedWithConditions) {
  CheckList checks = AllPassed();
  checks.Condition(Check::kDisputeMark, Reason::kUnderDispute);

  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kUnderDispute));
}

TEST(CheckList, MalformedOutweighsStaleOutweighsNoRuleOutweighsRefusal) {
  CheckList checks = AllPassed();
  checks.Fail(Check::kHolder, FailureClass::kRefusal, Reason::kHolderMismatch);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kHolderMismatch));

  checks.Fail(Check::kPack, FailureClass::kNoRule, Reason::kNoPack);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NO_RULE);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kNoPack));

  checks.Fail(Check::kFreshness, FailureClass::kStale, Reason::kTrustExpired);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kTrustExpired));

  checks.Fail(Check::kSignature, FailureClass::kMalformed, Reason::kSignatureInvalid);
  EXPECT_EQ(checks.Outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(checks.Reasons(), ElementsAre(Reason::kSignatureInvalid));
}

TEST(CheckList, RecordKeepsEveryCheckInOrderWithItsToken) {
  CheckList checks;
  checks.Fail(Check::kAgreement, FailureClass::kNoRule, Reason::kTypeNotCovered);
  checks.Pass(Check::kSignature);
  audit::v1::DecisionRecord record;

  checks.AppendTo(&record);

  ASSERT_EQ(record.checks_size(), kCheckCount);
  EXPECT_EQ(record.checks(0).check(), "signature");
  EXPECT_EQ(record.checks(0).verdict(), audit::v1::VERDICT_PASSED);
  EXPECT_EQ(record.checks(1).check(), "freshness");
  EXPECT_EQ(record.checks(1).verdict(), audit::v1::VERDICT_NOT_EVALUATED);
  EXPECT_EQ(record.checks(2).check(), "agreement");
  EXPECT_EQ(record.checks(2).verdict(), audit::v1::VERDICT_FAILED);
  EXPECT_EQ(record.checks(2).reason(), "TYPE_NOT_COVERED");
}

}  // namespace
}  // namespace mrg
