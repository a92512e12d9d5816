#include "dispute/transition.h"

#include <set>

#include "dispute/testing/sample_dispute.h"
#include "gtest/gtest.h"
#include "tests/golden/golden_file.h"

namespace mrg {
namespace {

constexpr DisputeStage kStages[] = {DisputeStage::kNone,     DisputeStage::kSubmitted,
                                    DisputeStage::kRouted,   DisputeStage::kReceived,
                                    DisputeStage::kAccepted, DisputeStage::kVerifying,
                                    DisputeStage::kClosed,   DisputeStage::kRefused};
constexpr DisputeStep kSteps[] = {
    DisputeStep::kFile,   DisputeStep::kTransfer, DisputeStep::kReceive, DisputeStep::kAccept,
    DisputeStep::kRefuse, DisputeStep::kClaim,    DisputeStep::kReturn,  DisputeStep::kResolve};

TEST(Transition, TableIsTheOneThatWasAgreed) {
  ExpectGolden("tests/golden/dispute_transitions.txt", TransitionTable());
}

TEST(Transition, NothingFollowsAFinalStage) {
  for (DisputeStage stage : kStages) {
    bool any = false;
    for (DisputeStep step : kSteps) any = any || NextStage(stage, step).has_value();
    EXPECT_EQ(any, !IsFinal(stage)) << static_cast<int>(stage);
  }
}

TEST(Transition, EveryStageIsReachedFromNothing) {
  std::set<DisputeStage> reached = {DisputeStage::kNone};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (DisputeStage stage : std::set<DisputeStage>(reached)) {
      for (DisputeStep step : kSteps) {
        if (const auto next = NextStage(stage, step)) reached.insert(*next);
      }
    }
  }

  EXPECT_EQ(reached.size(), std::size(kStages));
}

TEST(Transition, EventsAloneEndAfterFiveAtMost) {
  // Longest path over the steps that are events.
  std::set<DisputeStage> now = {DisputeStage::kNone};
  int events = 0;
  for (; !now.empty(); ++events) {
    ASSERT_LE(events, 6);
    std::set<DisputeStage> next;
    for (DisputeStage stage : now) {
      for (DisputeStep step : kSteps) {
        if (step == DisputeStep::kClaim || step == DisputeStep::kReturn) continue;
        if (const auto after = NextStage(stage, step)) next.insert(*after);
      }
    }
    now = next;
  }

  EXPECT_EQ(events - 1, 5);
}

TEST(Transition, EachBodyIsItsStep) {
  const HistoryBuilder all =
      HistoryBuilder(kDelta, true).Transfer(kChuanyu).Receive().Accept().Resolve();
  const DisputeStep expected[] = {DisputeStep::kFile, DisputeStep::kTransfer, DisputeStep::kReceive,
                                  DisputeStep::kAccept, DisputeStep::kResolve};
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(StepOf(all.history().events()[i]), expected[i]);
  EXPECT_EQ(StepOf(HistoryBuilder(kDelta).Refuse().history().events().back()),
            DisputeStep::kRefuse);
}

TEST(Transition, ReceivedShowsAsRouted) {
  EXPECT_EQ(StateOf(DisputeStage::kNone), dispute::v1::DISPUTE_STATE_UNSPECIFIED);
  EXPECT_EQ(StateOf(DisputeStage::kRouted), dispute::v1::DISPUTE_STATE_ROUTED);
  EXPECT_EQ(StateOf(DisputeStage::kReceived), dispute::v1::DISPUTE_STATE_ROUTED);
}

}  // namespace
}  // namespace mrg
