#include "dispute/mark_queue.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MarkQueueTest : public ::testing::Test {
 protected:
  DisputeId Accepted(absl::string_view request_id) {
    const DisputeId id = *DisputeId::Parse(
        node_.filing.File(SampleOrder(request_id, kChuanyu), SampleStart())->name());
    const auto claimed = node_.queue.Claim(worker_, 1, absl::Hours(1), SampleStart());
    EXPECT_EQ(claimed->at(0).dispute.name(), id.value());
    EXPECT_TRUE(node_.ruling
                    .Accept({worker_, *RequestId::Parse(absl::StrCat("a", request_id)), id,
                             claimed->at(0).token},
                            SampleStart())
                    .ok());
    return id;
  }
  void Complete(const DisputeId& id) {
    EXPECT_TRUE(
        node_.ruling
            .Complete({worker_, *RequestId::Parse(id.value().substr(18)), id, FencingToken{1, 1}},
                      dispute::v1::DISPUTE_DECISION_CORRECTED, SampleExplanation(), SampleStart())
            .ok());
  }
  // A second after the run before, or at `at`. Result: as RunOnce.
  absl::Time Run(absl::Time at = absl::InfinitePast()) {
    now_ = std::max(at, now_ + absl::Seconds(1));
    return node_.mark_queue->RunOnce(now_);
  }

  TestNode node_{kChuanyu};
  const Worker worker_ = SampleWorker(kChuanyu);
  absl::Time now_ = SampleStart();
};

TEST_F(MarkQueueTest, IsSetOnAcceptanceAndLiftedWithTheDecision) {
  const DisputeId id = Accepted("1");
  EXPECT_EQ(Run(), absl::InfiniteFuture());
  EXPECT_THAT(node_.marks.open, SizeIs(1));
  EXPECT_EQ(node_.marks.open.begin()->second, SampleStart());
  Complete(id);

  EXPECT_EQ(Run(), absl::InfiniteFuture());

  EXPECT_THAT(node_.marks.open, IsEmpty());
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
}

TEST_F(MarkQueueTest, StaysWhileAnotherDisputeOverTheLicenceIsOpen) {
  const DisputeId first = Accepted("1");
  const DisputeId second = Accepted("2");
  Run();
  Complete(first);
  Run();
  EXPECT_THAT(node_.marks.open, SizeIs(1));
  Complete(second);
  Run();

  EXPECT_THAT(node_.marks.open, IsEmpty());
}

TEST_F(MarkQueueTest, H4_ThoseThatAreDueTogetherAreOnePublicationAndTheNextIsASecondLater) {
  for (int i = 0; i < 300; ++i) Accepted(absl::StrCat(i));

  EXPECT_EQ(node_.mark_queue->RunOnce(now_), absl::InfiniteFuture());

  EXPECT_EQ(node_.marks.publications, 1);
  EXPECT_THAT(node_.marks.calls, SizeIs(300));
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
  Accepted("late");
  EXPECT_EQ(node_.mark_queue->RunOnce(now_ + absl::Milliseconds(999)), now_ + absl::Seconds(1));
  EXPECT_EQ(node_.marks.publications, 1);
  EXPECT_EQ(node_.mark_queue->RunOnce(now_ + absl::Seconds(1)), absl::InfiniteFuture());
  EXPECT_EQ(node_.marks.publications, 2);
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
}

TEST_F(MarkQueueTest, ClockThatStepsBackHoldsUpNoMark) {
  Accepted("1");
  Run();
  Accepted("2");

  node_.mark_queue->RunOnce(SampleStart() - absl::Hours(1));

  EXPECT_THAT(node_.MarkRows(), IsEmpty());
}

TEST_F(MarkQueueTest, ThatComesTooLateIsNotSetAnyMore) {
  Complete(Accepted("1"));

  Run();

  ASSERT_THAT(node_.marks.calls, SizeIs(1));
  EXPECT_EQ(node_.marks.calls[0].substr(0, 5), "clear");
}

TEST_F(MarkQueueTest, ThatFailsIsTriedAgainInOrder) {
  const DisputeId id = Accepted("1");
  node_.marks.answer = MakeError(Reason::kStoreUnavailable, "injected");
  const absl::Time next = Run();
  EXPECT_GT(next, SampleStart());
  EXPECT_THAT(node_.failures, ElementsAre("sichuan-chongqing STORE_UNAVAILABLE"));
  EXPECT_THAT(node_.MarkRows(), SizeIs(1));
  node_.marks.answer = absl::OkStatus();

  EXPECT_EQ(Run(next), absl::InfiniteFuture());

  EXPECT_THAT(node_.marks.open, SizeIs(1));
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
}

TEST_F(MarkQueueTest, ThatHasNoListYetHoldsUpNoOther) {
  Accepted("1");
  Accepted("2");
  node_.marks.answer = MakeError(Reason::kTargetNotFound, "injected");

  Run();

  EXPECT_THAT(node_.marks.calls, SizeIs(2));
  EXPECT_THAT(node_.MarkRows(), SizeIs(2));
}

TEST_F(MarkQueueTest, IsSetAgainWhenItsEntryWasNotForgotten) {
  Accepted("1");
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  Run();

  EXPECT_EQ(Run(), absl::InfiniteFuture());

  EXPECT_THAT(node_.marks.calls, SizeIs(2));
  EXPECT_THAT(node_.marks.open, SizeIs(1));
}

TEST_F(MarkQueueTest, EntryThatNamesNoChangeOfAMarkIsToldAndHoldsUpNoOther) {
  const DisputeId first = Accepted("1");
  const DisputeId second = Accepted("2");
  for (const uint64_t sequence : {0, 1, 9}) {  // no event, the filing, one that is not there
    node_.marks.calls.clear();
    node_.failures.clear();
    WriteSet writes;
    writes.Put(Keyspace::kDisputeMarkQueue, MarkQueuePrefix() + EntryPart(first, sequence), "");
    writes.Put(Keyspace::kDisputeMarkQueue, MarkQueuePrefix() + EntryPart(second, 2), "");
    ASSERT_TRUE(node_.memory.Commit(writes).committed());

    Run(SampleStart() + absl::Hours(static_cast<int>(sequence)));

    EXPECT_THAT(node_.failures, ElementsAre("sichuan-chongqing STORE_CORRUPT")) << sequence;
    EXPECT_FALSE(node_.marks.calls.empty()) << sequence;
    writes = {};
    writes.Delete(Keyspace::kDisputeMarkQueue, MarkQueuePrefix() + EntryPart(first, sequence));
    ASSERT_TRUE(node_.memory.Commit(writes).committed());
  }
}

}  // namespace
}  // namespace mrg
