#include "dispute/mark_lift.h"

#include <string>

#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Chuanyu's node; the disputes are the hub's.
class MarkLiftTest : public ::testing::Test {
 protected:
  void Deliver(const HistoryBuilder& builder, size_t first, size_t last, absl::string_view sender) {
    const auto& all = builder.history().bytes();
    const auto delivered =
        node_.inbound.Deliver(Member(sender), builder.history().id().value(),
                              {all.begin() + first - 1, all.begin() + last}, SampleStart());
    ASSERT_TRUE(delivered.ok()) << delivered.status();
  }
  // One that marks the sample licence.
  HistoryBuilder Marked() {
    HistoryBuilder builder = HistoryBuilder(kDelta, true).Transfer(kHubMember);
    builder.Receive().Accept();
    Deliver(builder, 1, 2, kDelta);
    Deliver(builder, 3, 4, kHubMember);
    return builder;
  }
  void RunMarks() {
    now_ += absl::Seconds(1);
    EXPECT_EQ(node_.mark_queue->RunOnce(now_), absl::InfiniteFuture());
  }

  TestNode node_{kChuanyu};
  MarkLift lift_{&node_.store, nullptr};
  absl::Time now_ = SampleStart();
};

TEST_F(MarkLiftTest, H4_IssuingSideLiftsTheMarkAndTheOwnersDecisionChangesNothingMore) {
  HistoryBuilder dispute = Marked();
  const DisputeId id = dispute.history().id();
  RunMarks();
  ASSERT_THAT(node_.marks.open, SizeIs(1));

  const auto lifted = lift_.Lift(id, "filed without cause", now_);

  ASSERT_TRUE(lifted.ok()) << lifted.status();
  EXPECT_EQ(lifted->because(), "filed without cause");
  RunMarks();
  EXPECT_THAT(node_.marks.open, IsEmpty());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
  EXPECT_EQ(node_.History(id).stage(), DisputeStage::kAccepted) << "its events are the owner's";
  // Neither its last event nor the ones before, delivered again, mark it again.
  dispute.Resolve();
  Deliver(dispute, 3, 5, kHubMember);
  RunMarks();
  EXPECT_THAT(node_.marks.open, IsEmpty());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(MarkLiftTest, RepeatGivesTheFirstDecisionAndStoresNothing) {
  const HistoryBuilder dispute = Marked();
  ASSERT_TRUE(lift_.Lift(dispute.history().id(), "first", now_).ok());
  const std::string before = node_.memory.Dump();

  const auto again = lift_.Lift(dispute.history().id(), "second", now_ + absl::Hours(1));

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->because(), "first");
  EXPECT_EQ(ToTime(again->lifted_at()), now_);
  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(MarkLiftTest, M3_OfTwoDecisionsAtOnceOneIsKeptAndBothAreToldIt) {
  InterleavingStore store(&node_.store);
  MarkLift between(&store, nullptr);
  bool came = true;
  for (size_t moment = 1; came; ++moment) {
    SCOPED_TRACE(moment);
    const DisputeId id = Marked().history().id();
    std::string kept;
    store.BeforeTouch(moment, [&] {
      const auto other = lift_.Lift(id, "another operator", now_);
      ASSERT_TRUE(other.ok()) << other.status();
      kept = other->because();
    });

    const auto one = between.Lift(id, "one operator", now_);

    came = store.touched();
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(one->because(), came ? kept : "one operator");
    EXPECT_EQ(lift_.Lift(id, "a third one", now_)->because(), one->because());
  }
}

TEST_F(MarkLiftTest, MarkThatIsLiftedBeforeItWasSetIsNotSet) {
  const HistoryBuilder dispute = Marked();
  ASSERT_TRUE(lift_.Lift(dispute.history().id(), "at once", now_).ok());

  RunMarks();

  EXPECT_THAT(node_.marks.open, IsEmpty());
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
}

TEST_F(MarkLiftTest, MarkThatAnotherDisputeNeedsStays) {
  const HistoryBuilder first = Marked();
  const HistoryBuilder second = Marked();
  RunMarks();

  ASSERT_TRUE(lift_.Lift(first.history().id(), "one of two", now_).ok());
  RunMarks();

  EXPECT_THAT(node_.marks.open, SizeIs(1));
  ASSERT_TRUE(lift_.Lift(second.history().id(), "the other", now_).ok());
  RunMarks();
  EXPECT_THAT(node_.marks.open, IsEmpty());
}

TEST_F(MarkLiftTest, DisputeThatMarksNothingHereIsRefused) {
  const HistoryBuilder routed = HistoryBuilder(kDelta, true).Transfer(kHubMember);
  EXPECT_EQ(ReasonOf(lift_.Lift(routed.history().id(), "unknown", now_).status()),
            Reason::kDisputeNotFound);
  Deliver(routed, 1, 2, kDelta);
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(lift_.Lift(routed.history().id(), "not accepted", now_).status()),
            Reason::kDisputeTransitionRefused);

  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(MarkLiftTest, LostCommitIsReportedAndOneWhoseAnswerWasLostIsFound) {
  const DisputeId id = Marked().history().id();
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  EXPECT_EQ(ReasonOf(lift_.Lift(id, "lost", now_).status()), Reason::kStoreUnavailable);
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  const auto lifted = lift_.Lift(id, "stored", now_);

  ASSERT_TRUE(lifted.ok()) << lifted.status();
  EXPECT_EQ(lifted->because(), "stored");
  EXPECT_THAT(node_.MarkRows(), ElementsAre(4));
}

}  // namespace
}  // namespace mrg
