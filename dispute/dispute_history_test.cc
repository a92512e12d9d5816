#include "dispute/dispute_history.h"

#include "dispute/testing/sample_dispute.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

TEST(DisputeHistory, IsEmptyAtFirst) {
  const DisputeHistory history(DisputeId::Make(Member(kDelta), SampleStart()));

  EXPECT_TRUE(history.empty());
  EXPECT_EQ(history.last_sequence(), 0u);
  EXPECT_EQ(history.stage(), DisputeStage::kNone);
}

TEST(DisputeHistory, FollowsTheWayFromFilingToDecision) {
  HistoryBuilder builder(kDelta, true);
  EXPECT_EQ(builder.history().stage(), DisputeStage::kSubmitted);
  EXPECT_EQ(builder.history().queue(), "");
  builder.Later(absl::Hours(1)).Transfer(kChuanyu);
  EXPECT_EQ(builder.history().stage(), DisputeStage::kRouted);
  EXPECT_EQ(builder.history().owner(), kChuanyu);
  EXPECT_EQ(builder.history().owner_epoch(), 2u);
  EXPECT_EQ(builder.history().queue(), kQueue);
  EXPECT_EQ(builder.history().stage_since(), SampleStart() + absl::Hours(1));
  builder.Receive();
  EXPECT_EQ(builder.history().stage(), DisputeStage::kReceived);
  builder.Accept();
  EXPECT_EQ(builder.history().stage(), DisputeStage::kAccepted);
  builder.Resolve();
  EXPECT_EQ(builder.history().stage(), DisputeStage::kClosed);
  EXPECT_EQ(builder.history().last_sequence(), 5u);
  EXPECT_EQ(builder.history().filed_at(), SampleStart());
}

TEST(DisputeHistory, StepThatTheStageDoesNotAllowIsRefusedAndChangesNothing) {
  DisputeHistory history = HistoryBuilder(kDelta).history();
  DisputeEvent resolved = history.Next(Spiffe(kDelta, "node/log-1"), SampleStart());
  resolved.mutable_resolved()->set_decision(dispute::v1::DISPUTE_DECISION_UPHELD);
  resolved.mutable_resolved()->set_explanation_zh("维持");

  const absl::Status refused = history.Append(CanonicalBytes(resolved));

  EXPECT_EQ(ReasonOf(refused), Reason::kDisputeEventRefused);
  EXPECT_EQ(history.last_sequence(), 1u);
  EXPECT_EQ(history.stage(), DisputeStage::kSubmitted);
}

TEST(DisputeHistory, EventOfAnotherDisputeIsRefused) {
  DisputeHistory history(DisputeId::Make(Member(kDelta), SampleStart()));

  EXPECT_EQ(ReasonOf(history.Append(HistoryBuilder(kDelta).history().bytes().front())),
            Reason::kDisputeEventRefused);
  EXPECT_TRUE(history.empty());
}

TEST(DisputeHistory, TimeNeverGoesBackThoughTheClockDoes) {
  const DisputeHistory history = HistoryBuilder(kDelta).history();

  const DisputeEvent next =
      history.Next(Spiffe(kDelta, "node/log-1"), SampleStart() - absl::Hours(24));

  EXPECT_EQ(ToTime(next.at()), SampleStart());
}

TEST(DisputeHistory, TimesAreWholeMicroseconds) {
  const DisputeHistory history = HistoryBuilder(kDelta).history();

  const DisputeEvent next =
      history.Next(Spiffe(kDelta, "node/log-1"), SampleStart() + absl::Nanoseconds(1999));

  EXPECT_EQ(ToTime(next.at()), SampleStart() + absl::Microseconds(1));
}

}  // namespace
}  // namespace mrg
