#include "dispute/outbox.h"

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/base/turn_limit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// A peer that answers as a test says and notes what it was given.
class ScriptedRelay : public DisputeRelay {
 public:
  absl::StatusOr<uint64_t> Deliver(const MemberId& peer,
                                   const dispute::v1::DeliverRequest& request) override {
    std::string call = absl::StrCat(peer.value(), ":");
    uint64_t last = 0;
    for (const std::string& bytes : request.events()) {
      dispute::v1::DisputeEvent event;
      EXPECT_TRUE(ParseCanonicalInto(bytes, &event));
      last = event.sequence();
      absl::StrAppend(&call, " ", last);
    }
    calls.push_back(call);
    if (answer) return answer(peer.value(), request.dispute(), last);
    return last + 1;
  }

  std::vector<std::string> calls;  // "peer: 1 2"
  // Unset: everything is taken.
  std::function<absl::StatusOr<uint64_t>(const std::string& peer, const std::string& dispute,
                                         uint64_t last)>
      answer;
};

absl::Status Down() { return MakeError(Reason::kFetchFailed, "injected"); }
absl::Status EventRefused() { return MakeError(Reason::kDisputeEventRefused, "injected"); }

class OutboxTest : public ::testing::Test {
 protected:
  DisputeId File(absl::string_view request_id, absl::string_view destination = kChuanyu) {
    return *DisputeId::Parse(
        delta_.filing.File(SampleOrder(request_id, destination), SampleStart())->name());
  }
  absl::Time Run(absl::Time now = SampleStart()) { return delta_.outbox->RunOnce(now); }

  ScriptedRelay relay_;
  TestNode delta_{kDelta, &relay_};
};

TEST_F(OutboxTest, EventsGoInOrderInOneCallAndAreThenForgotten) {
  File("r1");

  EXPECT_EQ(Run(), absl::InfiniteFuture());

  EXPECT_THAT(relay_.calls, ElementsAre("sichuan-chongqing: 1 2"));
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
  EXPECT_EQ(Run(), absl::InfiniteFuture());
  EXPECT_THAT(relay_.calls, SizeIs(1));
}

TEST_F(OutboxTest, EmptyOutboxNeverNeedsToRunAgain) { EXPECT_EQ(Run(), absl::InfiniteFuture()); }

TEST_F(OutboxTest, UnreachablePeerIsTriedAgainWithGrowingWaitsForAsLongAsItTakes) {
  File("r1");
  relay_.answer = [](auto&&...) { return Down(); };
  absl::Time now = SampleStart();
  absl::Duration longest;
  for (int i = 0; i < 30; ++i) {
    const absl::Time next = Run(now);
    ASSERT_GT(next, now);
    ASSERT_LE(next, now + absl::Minutes(5));
    // Before its time nothing is tried.
    EXPECT_EQ(Run(next - absl::Nanoseconds(1)), next);
    longest = std::max(longest, next - now);
    now = next;
  }
  EXPECT_THAT(relay_.calls, SizeIs(30));
  EXPECT_GT(longest, absl::Minutes(2));
  EXPECT_THAT(delta_.failures, SizeIs(30));
  EXPECT_EQ(delta_.failures.front(), "sichuan-chongqing FETCH_FAILED");
  relay_.answer = nullptr;

  EXPECT_EQ(Run(now + absl::Hours(72)), absl::InfiniteFuture());

  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
  EXPECT_THAT(*delta_.memory.Scan(Keyspace::kDisputeOutbox, "", "", 10), IsEmpty());
}

TEST_F(OutboxTest, RestartDoesNotHurryTheWait) {
  File("r1");
  relay_.answer = [](auto&&...) { return Down(); };
  const absl::Time next = Run();
  delta_.Restart();

  EXPECT_EQ(Run(), next);
  EXPECT_THAT(relay_.calls, SizeIs(1));
}

TEST_F(OutboxTest, ClockThatStepsBackDoesNotProlongTheWait) {
  File("r1");
  relay_.answer = [](auto&&...) { return Down(); };
  Run(SampleStart() + absl::Hours(24 * 365));
  relay_.answer = nullptr;

  EXPECT_EQ(Run(SampleStart()), absl::InfiniteFuture());
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, PeerThatIsDownHoldsUpNoOther) {
  File("r1", kHubMember);
  relay_.answer = [](const std::string& peer, auto&&, uint64_t last) -> absl::StatusOr<uint64_t> {
    if (peer == kHubMember) return Down();
    return last + 1;
  };

  Run();

  EXPECT_THAT(delta_.OutboxRows(), ElementsAre("hub 1", "hub 2"));
}

TEST_F(OutboxTest, PeerThatIsDownIsTriedOnceATurn) {
  for (int i = 0; i < 10; ++i) File(absl::StrCat("r", i));
  relay_.answer = [](auto&&...) { return Down(); };

  Run();

  EXPECT_THAT(relay_.calls, SizeIs(1));
}

TEST_F(OutboxTest, RefusedDisputeHoldsUpNoOtherOfItsPeer) {
  const DisputeId bad = File("bad");
  File("good");
  File("fine");
  relay_.answer = [&](auto&&, const std::string& dispute,
                      uint64_t last) -> absl::StatusOr<uint64_t> {
    if (dispute == bad.value()) return EventRefused();
    return last + 1;
  };

  const absl::Time next = Run();

  EXPECT_GT(next, SampleStart());
  EXPECT_LE(next, SampleStart() + absl::Seconds(1));
  EXPECT_THAT(delta_.OutboxRows(), SizeIs(2));
  EXPECT_THAT(delta_.failures, ElementsAre("sichuan-chongqing DISPUTE_EVENT_REFUSED"));
  relay_.answer = nullptr;
  EXPECT_EQ(Run(next), absl::InfiniteFuture());
  EXPECT_THAT(*delta_.memory.Scan(Keyspace::kDisputeOutbox, "", "", 10), IsEmpty());
}

TEST_F(OutboxTest, H4_FilingThatThePeerTakesLaterHoldsUpNoEventThatEndsAnother) {
  const DisputeId first = File("r1");
  const DisputeId second = File("r2");
  relay_.answer = [&](auto&&, const std::string& dispute,
                      uint64_t last) -> absl::StatusOr<uint64_t> {
    if (dispute == first.value()) return MakeError(Reason::kDisputesTooMany, "injected");
    return last + 1;
  };

  const absl::Time next = Run();

  EXPECT_THAT(relay_.calls, SizeIs(2));
  EXPECT_THAT(delta_.OutboxRows(), SizeIs(2)) << "both events of the first";
  relay_.answer = nullptr;
  EXPECT_EQ(Run(next), absl::InfiniteFuture());
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, PeerThatKnowsMoreIsBelieved) {
  File("r1");
  relay_.answer = [](auto&&...) -> absl::StatusOr<uint64_t> { return uint64_t{4}; };

  EXPECT_EQ(Run(), absl::InfiniteFuture());
  EXPECT_THAT(relay_.calls, SizeIs(1));
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, PeerThatLacksMoreGetsItFromThere) {
  File("r1");
  int call = 0;
  relay_.answer = [&](auto&&, auto&&, uint64_t last) -> absl::StatusOr<uint64_t> {
    return ++call == 1 ? uint64_t{2} : last + 1;
  };

  EXPECT_EQ(Run(), absl::InfiniteFuture());

  EXPECT_THAT(relay_.calls, ElementsAre("sichuan-chongqing: 1 2", "sichuan-chongqing: 2"));
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, PeerThatForgotEverythingGetsTheWholeHistory) {
  ScriptedRelay relay;
  TestNode chuanyu(kChuanyu, &relay);
  const HistoryBuilder routed = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  ASSERT_TRUE(chuanyu.inbound
                  .Deliver(Member(kDelta), routed.history().id().value(), routed.history().bytes(),
                           SampleStart())
                  .ok());
  int call = 0;
  relay.answer = [&](auto&&, auto&&, uint64_t last) -> absl::StatusOr<uint64_t> {
    if (++call == 1) return EventRefused();  // a gap, from its side
    return last + 1;
  };

  EXPECT_EQ(chuanyu.outbox->RunOnce(SampleStart()), absl::InfiniteFuture());

  EXPECT_THAT(relay.calls, ElementsAre("yangtze-delta: 3", "yangtze-delta: 1 2 3"));
  EXPECT_THAT(chuanyu.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, PeerThatAlwaysAsksAgainIsNotCalledWithoutEnd) {
  File("r1");
  relay_.answer = [](auto&&...) -> absl::StatusOr<uint64_t> { return uint64_t{1}; };

  const absl::Time next = Run();

  EXPECT_GT(next, SampleStart());
  EXPECT_THAT(relay_.calls, SizeIs(kOutboxCallsPerDisputeMax));
  EXPECT_THAT(delta_.OutboxRows(), SizeIs(2));
}

TEST_F(OutboxTest, TurnIsBoundedAndTheNextOneGoesOn) {
  const size_t disputes = kOutboxDisputesPerTurnMax + 10;
  for (size_t i = 0; i < disputes; ++i) File(absl::StrCat("r", i));

  EXPECT_EQ(Run(), SampleStart());
  EXPECT_THAT(relay_.calls, SizeIs(kOutboxDisputesPerTurnMax));
  while (Run() != absl::InfiniteFuture()) {
  }

  EXPECT_THAT(relay_.calls, SizeIs(disputes));
  EXPECT_THAT(delta_.OutboxRows(), IsEmpty());
}

TEST_F(OutboxTest, RefusedDisputesAtTheFrontDoNotUseUpEveryTurn) {
  // More refused disputes than a turn has places; ids sort by time, so the good one is last.
  std::string good;
  for (size_t i = 0; i <= kOutboxDisputesPerTurnMax; ++i) {
    FilingOrder order = SampleOrder(absl::StrCat("r", i), kChuanyu);
    good = delta_.filing.File(order, SampleStart() + absl::Seconds(i))->name();
  }
  bool delivered = false;
  relay_.answer = [&](auto&&, const std::string& dispute,
                      uint64_t last) -> absl::StatusOr<uint64_t> {
    if (dispute != good) return EventRefused();
    delivered = true;
    return last + 1;
  };

  Run();
  EXPECT_FALSE(delivered);
  // All of the refused ones are due again, and yet the turn goes on where the first one ended.
  Run(SampleStart() + absl::Minutes(10));

  EXPECT_TRUE(delivered);
}

TEST_F(OutboxTest, StoreThatDoesNotAnswerIsAskedAgainSoonAndNoPeerIsBlamed) {
  File("r1");
  delta_.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  const absl::Time next = Run();
  EXPECT_LE(next, SampleStart() + absl::Seconds(1));
  delta_.store.Crash();
  EXPECT_LE(Run(), SampleStart() + absl::Seconds(1));
  delta_.store.Restart();

  EXPECT_EQ(Run(), absl::InfiniteFuture());

  EXPECT_THAT(relay_.calls, SizeIs(2));  // once more, as the first was not noted
  EXPECT_THAT(delta_.failures, IsEmpty());
}

TEST_F(OutboxTest, DisputeThatCannotBeReadHoldsUpNoOther) {
  const DisputeId bad = File("bad");
  File("good");
  WriteSet writes;
  writes.Put(Keyspace::kDisputeEvent, EventKey(bad, 1), "broken");
  ASSERT_TRUE(delta_.memory.Commit(writes).committed());

  Run();

  EXPECT_THAT(relay_.calls, SizeIs(1));
  EXPECT_THAT(delta_.failures, ElementsAre("sichuan-chongqing STORE_CORRUPT"));
}

TEST_F(OutboxTest, N05_APeerThatAnswersSlowlyHasItsTurnAndThenOthersHaveTheirs) {
  SimulatedClock clock(SampleStart());
  TurnLimit limit(&clock);
  delta_.outbox->LimitTurns(&limit);
  for (int i = 0; i < 10; ++i) File(absl::StrCat("slow-", i));
  File("other", kHubMember);
  relay_.answer = [&](const std::string& peer, const std::string&, uint64_t last) {
    if (peer == kChuanyu) clock.Advance(absl::Seconds(7));
    return absl::StatusOr<uint64_t>(last + 1);
  };

  Run();

  EXPECT_THAT(relay_.calls, Contains("hub: 1 2"));
  EXPECT_THAT(relay_.calls, SizeIs(6)) << "five to the slow one";
}

}  // namespace
}  // namespace mrg
