#include "dispute/dispute_state.h"

#include "absl/time/civil_time.h"
#include "dispute/testing/sample_dispute.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;

absl::Time Midnight(int month, int day) {
  return absl::FromCivil(absl::CivilDay(2026, month, day), absl::FixedTimeZone(8 * 3600));
}

Dispute Fold(const HistoryBuilder& builder, bool lease_is_live = false) {
  return FoldDispute(builder.history(), SampleCalendar(), lease_is_live);
}

// SampleStart is Friday 09-18, followed by a worked Sunday, 09-20.

TEST(FoldDispute, FiledDisputeShowsWhatWasFiledAndIsDueInTwoWorkingDays) {
  const HistoryBuilder builder(kChuanyu);

  const Dispute dispute = Fold(builder);

  EXPECT_EQ(dispute.name(), builder.history().id().value());
  EXPECT_EQ(dispute.kind(), dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_SUBMITTED);
  EXPECT_EQ(dispute.owner_member(), kChuanyu);
  EXPECT_EQ(dispute.owner_epoch(), 1u);
  EXPECT_EQ(dispute.queue(), kQueue);
  EXPECT_EQ(dispute.filer(), "spiffe://yangtze-delta.example/jurisdiction/31/platform/portal");
  EXPECT_EQ(dispute.receipt_sha256(), Sha256("receipt"));
  EXPECT_EQ(dispute.type_code(), "11100000XX0000019L003");
  EXPECT_EQ(dispute.issuing_jurisdiction(), "50");
  EXPECT_EQ(dispute.using_jurisdiction(), "31");
  EXPECT_EQ(dispute.description(), "姓名有误");
  EXPECT_EQ(ToTime(dispute.filed_at()), SampleStart());
  EXPECT_FALSE(dispute.has_accepted_at());
  EXPECT_FALSE(dispute.has_closed_at());
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(9, 22));
  EXPECT_FALSE(dispute.due_provisional());
  EXPECT_EQ(dispute.last_sequence(), 1u);
}

TEST(FoldDispute, RoutedDisputeIsToBeAcknowledgedInOneWorkingDay) {
  const Dispute dispute = Fold(HistoryBuilder(kDelta, true).Transfer(kChuanyu));

  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_ROUTED);
  EXPECT_EQ(dispute.owner_member(), kChuanyu);
  EXPECT_EQ(dispute.owner_epoch(), 2u);
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(9, 21));
}

TEST(FoldDispute, AcknowledgedDisputeIsToBeAcceptedInTwoWorkingDaysFromThen) {
  const Dispute dispute =
      Fold(HistoryBuilder(kDelta, true).Transfer(kChuanyu).Later(absl::Hours(72)).Receive());

  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_ROUTED);
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(9, 24));  // received on Monday
}

TEST(FoldDispute, AcceptedDisputeIsDueInFiveWorkingDays) {
  const Dispute dispute = Fold(HistoryBuilder(kChuanyu).Later(absl::Hours(1)).Accept());

  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_EQ(ToTime(dispute.accepted_at()), SampleStart() + absl::Hours(1));
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(9, 25));
}

TEST(FoldDispute, AcceptedDisputeUnderALeaseIsVerified) {
  EXPECT_EQ(Fold(HistoryBuilder(kChuanyu).Accept(), true).state(),
            dispute::v1::DISPUTE_STATE_VERIFYING);
  // Before acceptance a lease shows as nothing.
  EXPECT_EQ(Fold(HistoryBuilder(kChuanyu), true).state(), dispute::v1::DISPUTE_STATE_SUBMITTED);
}

TEST(FoldDispute, ClosedDisputeShowsTheDecisionAndIsNoLongerDue) {
  const Dispute dispute = Fold(HistoryBuilder(kChuanyu).Accept().Later(absl::Hours(2)).Resolve());

  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_CLOSED);
  EXPECT_EQ(dispute.decision(), dispute::v1::DISPUTE_DECISION_CORRECTED);
  EXPECT_EQ(dispute.explanation_en(), SampleExplanation().en);
  EXPECT_EQ(dispute.explanation_zh(), SampleExplanation().zh);
  EXPECT_EQ(ToTime(dispute.closed_at()), SampleStart() + absl::Hours(2));
  EXPECT_FALSE(dispute.has_due_at());
  EXPECT_FALSE(dispute.due_provisional());
}

TEST(FoldDispute, RefusedDisputeShowsTheExplanation) {
  const Dispute dispute = Fold(HistoryBuilder(kChuanyu).Refuse());

  EXPECT_EQ(dispute.state(), dispute::v1::DISPUTE_STATE_REFUSED);
  EXPECT_EQ(dispute.decision(), dispute::v1::DISPUTE_DECISION_UNSPECIFIED);
  EXPECT_EQ(dispute.explanation_zh(), SampleExplanation().zh);
  EXPECT_TRUE(dispute.has_closed_at());
  EXPECT_FALSE(dispute.has_due_at());
}

TEST(FoldDispute, DueTimeWithoutCalendarIsProvisional) {
  const Dispute dispute = FoldDispute(HistoryBuilder(kChuanyu).history(), WorkingCalendar(), false);

  EXPECT_TRUE(dispute.due_provisional());
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(9, 21));
}

TEST(Threat, D10_AcceptedOneSecondBeforeMidnightOnTheEveOfNationalDay) {
  const absl::Duration to_the_eve = Midnight(10, 1) - absl::Seconds(1) - SampleStart();

  const Dispute dispute = Fold(HistoryBuilder(kChuanyu).Later(to_the_eve).Accept());

  // Off 10-01 to 10-07; then Thu 8, Fri 9, worked Sat 10, Mon 12, Tue 13.
  EXPECT_EQ(ToTime(dispute.due_at()), Midnight(10, 14));
}

}  // namespace
}  // namespace mrg
