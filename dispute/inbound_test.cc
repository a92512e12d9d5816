#include "dispute/inbound.h"

#include <string>
#include <vector>

#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Bytes = std::vector<std::string>;

// Result: the events from `first` to `last` of a history.
Bytes Events(const HistoryBuilder& builder, size_t first, size_t last) {
  const Bytes& all = builder.history().bytes();
  return Bytes(all.begin() + first - 1, all.begin() + last);
}

class InboundTest : public ::testing::Test {
 protected:
  absl::StatusOr<uint64_t> Deliver(TestNode& node, absl::string_view sender,
                                   const HistoryBuilder& builder, const Bytes& events,
                                   absl::Time now = SampleStart()) {
    return node.inbound.Deliver(Member(sender), builder.history().id().value(), events, now);
  }
  // Expects that the call is refused with `reason` and stores nothing.
  void ExpectRefused(TestNode& node, absl::string_view sender, const HistoryBuilder& builder,
                     const Bytes& events, Reason reason = Reason::kDisputeEventRefused) {
    const std::string before = node.memory.Dump();
    node.changed.clear();
    const auto refused = Deliver(node, sender, builder, events);
    EXPECT_EQ(ReasonOf(refused.status()), reason) << refused.status();
    EXPECT_EQ(node.memory.Dump(), before);
    EXPECT_THAT(node.changed, IsEmpty());
  }

  TestNode chuanyu_{kChuanyu};
  TestNode delta_{kDelta};
  // Filed at the Delta's node, transferred to Chuanyu's.
  HistoryBuilder routed_ = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
};

using Threat = InboundTest;

TEST_F(InboundTest, TransferToUsMakesUsTheOwnerInOneCommit) {
  const auto next =
      Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2), SampleStart() + absl::Minutes(1));

  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(*next, 4u);
  const DisputeHistory history = chuanyu_.History(routed_.history().id());
  EXPECT_EQ(history.stage(), DisputeStage::kReceived);
  EXPECT_EQ(history.owner(), kChuanyu);
  EXPECT_EQ(history.events().back().actor(), chuanyu_.info.node.value());
  EXPECT_EQ(ToTime(history.events().back().at()), SampleStart() + absl::Minutes(1));
  EXPECT_THAT(chuanyu_.OutboxRows(), ElementsAre("yangtze-delta 3"));
  EXPECT_EQ(chuanyu_.queue.Claim(SampleWorker(kChuanyu), 1, absl::Minutes(1), SampleStart())
                ->at(0)
                .token.owner_epoch,
            2u);
  EXPECT_EQ(chuanyu_.store.commit_count(), 2);  // the delivery, and the claim
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(InboundTest, FilingBeforeItsTransferIsKeptUntilThen) {
  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 1)), 2u);
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());

  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 2, 2)), 4u);
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(InboundTest, RepeatIsAnsweredTheSameAndStoresNothing) {
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  const std::string before = chuanyu_.memory.Dump();
  chuanyu_.changed.clear();

  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)), 4u);
  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 2, 2)), 4u);

  EXPECT_EQ(chuanyu_.memory.Dump(), before);
  EXPECT_THAT(chuanyu_.changed, IsEmpty());
}

TEST_F(InboundTest, EventsOfTheOwnerReachTheFilersNode) {
  ASSERT_TRUE(delta_.filing.File(SampleOrder("r1", kChuanyu), SampleStart()).ok());
  const DisputeId id = delta_.OnlyDispute();
  ASSERT_TRUE(chuanyu_.inbound
                  .Deliver(Member(kDelta), id.value(), delta_.History(id).bytes(), SampleStart())
                  .ok());
  ASSERT_TRUE(chuanyu_.ruling
                  .Accept({SampleWorker(kChuanyu), *RequestId::Parse("a1"), id, {}}, SampleStart())
                  .ok());
  const Bytes all = chuanyu_.History(id).bytes();

  EXPECT_EQ(*delta_.inbound.Deliver(Member(kChuanyu), id.value(), {all[2], all[3]}, SampleStart()),
            5u);

  EXPECT_EQ(delta_.Present(id, SampleStart()).state(), dispute::v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_THAT(BrokenRules(delta_), IsEmpty());
}

TEST_F(InboundTest, AcceptanceByAnotherOwnerMarksOurLicence) {
  HistoryBuilder at_hub = HistoryBuilder(kDelta, true).Transfer(kHubMember);
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, at_hub, Events(at_hub, 1, 2)).ok());
  at_hub.Receive().Accept();
  ASSERT_TRUE(Deliver(chuanyu_, kHubMember, at_hub, Events(at_hub, 3, 4)).ok());

  EXPECT_THAT(chuanyu_.MarkRows(), ElementsAre(4));
  at_hub.Resolve();
  ASSERT_TRUE(Deliver(chuanyu_, kHubMember, at_hub, Events(at_hub, 5, 5)).ok());

  EXPECT_THAT(chuanyu_.MarkRows(), ElementsAre(4, 5));
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(Threat, D09_GapIsRefusedAndNothingOfTheCallIsStored) {
  ExpectRefused(chuanyu_, kDelta, routed_, Events(routed_, 2, 2));
  HistoryBuilder more = routed_;
  more.Receive().Accept();
  ASSERT_TRUE(Deliver(delta_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  ExpectRefused(delta_, kChuanyu, more, Events(more, 4, 4));
  // Two events that do not follow each other, each fine alone.
  const Bytes both = {more.history().bytes()[0], more.history().bytes()[2]};
  ExpectRefused(delta_, kChuanyu, more, both);
}

TEST_F(Threat, D09_CallWithOneBadEventStoresNoneOfIt) {
  HistoryBuilder more = routed_;
  more.Receive();
  Bytes events = Events(more, 1, 2);
  events.push_back("not an event");

  ExpectRefused(chuanyu_, kDelta, routed_, events);
}

TEST_F(Threat, D09_BrokenChainIsRefused) {
  DisputeEvent transfer = routed_.history().events()[1];
  transfer.set_previous_event_sha256(std::string(32, 'x'));

  ExpectRefused(chuanyu_, kDelta, routed_,
                {routed_.history().bytes()[0], CanonicalBytes(transfer)});
}

TEST_F(Threat, D09_SecondHistoryBesideTheKnownOneIsRefused) {
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  DisputeEvent other = routed_.history().events()[1];
  other.mutable_transferred()->set_queue("another");

  ExpectRefused(chuanyu_, kDelta, routed_, {CanonicalBytes(other)});
  ExpectRefused(chuanyu_, kDelta, routed_, {routed_.history().bytes()[0], CanonicalBytes(other)});
}

TEST_F(Threat, D09_FilingByAnotherThanTheFilingMemberIsRefused) {
  for (const char* sender : {kHubMember, kChuanyu}) {
    ExpectRefused(chuanyu_, sender, routed_, Events(routed_, 1, 2));
  }
}

TEST_F(Threat, D09_EventOfAMemberThatIsNotTheOwnerIsRefused) {
  ASSERT_TRUE(Deliver(delta_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  HistoryBuilder more = routed_;
  more.Receive();

  // The right event from the wrong member, relayed or invented.
  ExpectRefused(delta_, kHubMember, more, Events(more, 3, 3));
  ExpectRefused(delta_, kDelta, more, Events(more, 3, 3));
}

TEST_F(Threat, D09_OldOwnerAppendsNothingAfterTheTransfer) {
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  const DisputeHistory history = chuanyu_.History(routed_.history().id());
  // As if it still owned the dispute: its own name, its old epoch.
  DisputeEvent accepted = history.Next(Spiffe(kDelta, "worker/q/w"), SampleStart());
  accepted.mutable_accepted();
  ExpectRefused(chuanyu_, kDelta, routed_, {CanonicalBytes(accepted)});
  accepted.set_owner_member(kDelta);
  accepted.set_owner_epoch(1);
  ExpectRefused(chuanyu_, kDelta, routed_, {CanonicalBytes(accepted)});
  // Or transfers it once more, elsewhere.
  DisputeEvent transfer = history.Next(delta_.info.node, SampleStart());
  transfer.mutable_transferred()->set_from_member(kDelta);
  transfer.mutable_transferred()->set_queue(kQueue);
  transfer.set_owner_member(kHubMember);
  transfer.set_owner_epoch(3);
  ExpectRefused(chuanyu_, kDelta, routed_, {CanonicalBytes(transfer)});
}

TEST_F(Threat, D09_StepThatTheStateDoesNotAllowIsRefused) {
  ASSERT_TRUE(Deliver(delta_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  DisputeEvent accepted = routed_.Next();
  accepted.mutable_accepted();  // before it was received

  ExpectRefused(delta_, kChuanyu, routed_, {CanonicalBytes(accepted)});
}

TEST_F(Threat, D05_H4_NobodyOfAnotherMemberIsSaidToHaveFiled) {
  chuanyu_.rules.domains.emplace("hub.example", Member(kHubMember));
  DisputeEvent filed = routed_.history().events()[0];
  for (const char* member : {kChuanyu, kHubMember}) {
    filed.set_actor(Spiffe(member, "jurisdiction/50/platform/portal").value());
    ExpectRefused(chuanyu_, kDelta, routed_, {CanonicalBytes(filed)});
  }

  filed.set_actor("spiffe://of-nobody-known.example/jurisdiction/31/platform/portal");
  EXPECT_TRUE(Deliver(chuanyu_, kDelta, routed_, {CanonicalBytes(filed)}).ok());
}

TEST_F(Threat, H4_DisputeInWhichWeHaveNoPartIsNotKept) {
  TestNode hub(kHubMember);

  ExpectRefused(hub, kDelta, routed_, Events(routed_, 1, 2));
}

TEST_F(Threat, H4_AReceiptIsAboutOneLicence) {
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  const HistoryBuilder again = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  DisputeEvent filed = again.history().events()[0];
  filed.mutable_filed()->set_licence_tag(std::string(32, 'v'));

  ExpectRefused(chuanyu_, kDelta, again, {CanonicalBytes(filed)});
  EXPECT_TRUE(Deliver(chuanyu_, kDelta, again, Events(again, 1, 2)).ok());
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(Threat, D06_H4_FilingThatTheRulesRefuseLeavesNothing) {
  chuanyu_.rules.answer = MakeError(Reason::kReceiptMalformed, "no receipt");
  const HistoryBuilder owned = HistoryBuilder(kDelta).Accept();

  ExpectRefused(chuanyu_, kDelta, routed_, Events(routed_, 1, 1), Reason::kReceiptMalformed);
  ExpectRefused(chuanyu_, kDelta, routed_, Events(routed_, 1, 2), Reason::kReceiptMalformed);
  ExpectRefused(chuanyu_, kDelta, owned, Events(owned, 1, 2), Reason::kReceiptMalformed);
}

TEST_F(Threat, D06_H4_DisputeThatIsNotWhereTheAgreementSendsItIsRefused) {
  const HistoryBuilder owned = HistoryBuilder(kDelta).Accept();
  const HistoryBuilder unqueued = HistoryBuilder(kDelta, true).Accept();
  const HistoryBuilder at_hub = HistoryBuilder(kDelta, true).Transfer(kHubMember);
  DisputeEvent urgent = routed_.history().events()[1];
  urgent.mutable_transferred()->set_priority(1);
  chuanyu_.rules.answer = std::vector<Destination>{{Member(kChuanyu), kQueue, 0}};

  ExpectRefused(chuanyu_, kDelta, owned, Events(owned, 1, 1));
  ExpectRefused(chuanyu_, kDelta, owned, Events(owned, 1, 2));
  ExpectRefused(chuanyu_, kDelta, unqueued, Events(unqueued, 1, 2));
  ExpectRefused(chuanyu_, kDelta, at_hub, Events(at_hub, 1, 2));
  ExpectRefused(chuanyu_, kDelta, routed_, {routed_.history().bytes()[0], CanonicalBytes(urgent)});
  chuanyu_.rules.answer = std::vector<Destination>{{Member(kChuanyu), "another", 0}};
  ExpectRefused(chuanyu_, kDelta, routed_, Events(routed_, 1, 2));

  // It is asked again of the event that names the owner, in a later call, too.
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, unqueued, Events(unqueued, 1, 1)).ok());
  ExpectRefused(chuanyu_, kDelta, unqueued, Events(unqueued, 2, 2));
}

TEST_F(InboundTest, DisputeIsTakenWhereTheAgreementSentItAtTheDecision) {
  chuanyu_.rules.answer =
      std::vector<Destination>{{Member(kHubMember), "hub", 0}, {Member(kChuanyu), kQueue, 0}};

  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)), 4u);
}

TEST_F(InboundTest, EventsAfterTheOwnerIsKnownAskTheRulesNoMore) {
  const HistoryBuilder more = HistoryBuilder(routed_).Receive().Accept();
  ASSERT_TRUE(Deliver(delta_, kDelta, routed_, Events(routed_, 1, 2)).ok());
  delta_.rules.answer = MakeError(Reason::kReceiptCheckpointInvalid, "the key is not listed now");

  EXPECT_EQ(*Deliver(delta_, kChuanyu, more, Events(more, 3, 4)), 5u);
}

TEST_F(Threat, D06_H4_MemberFilesNoMoreThanItsBoundAndWhatItFiledGoesOn) {
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 1)).ok());
  for (int i = 1; i < kRelayedFilingsAtOnceMax; ++i) {
    const HistoryBuilder another = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
    ASSERT_TRUE(Deliver(chuanyu_, kDelta, another, Events(another, 1, 2)).ok());
  }
  const HistoryBuilder last = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  const int asked = chuanyu_.rules.calls;

  ExpectRefused(chuanyu_, kDelta, last, Events(last, 1, 2), Reason::kDisputesTooMany);

  EXPECT_EQ(chuanyu_.rules.calls, asked) << "the bound comes before the work";
  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 2, 2)), 4u);
  EXPECT_TRUE(
      Deliver(chuanyu_, kDelta, last, Events(last, 1, 2), SampleStart() + absl::Seconds(1)).ok());
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(Threat, S4_FilingThatClaimsToBeOldGoesBeforeOursByAWeekAtMost) {
  const absl::Time received = SampleStart() + absl::Hours(24 * 400);
  ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2), received).ok());

  const auto row = LoadCase(chuanyu_.memory, routed_.history().id());
  ASSERT_TRUE(row.ok() && row->has_value());
  EXPECT_EQ(ToTime((*row)->row.filed_at()), received - kRelayedAgeMax);
}

TEST_F(InboundTest, CallOutsideItsBoundsIsRefused) {
  const Bytes one = Events(routed_, 1, 1);
  ExpectRefused(chuanyu_, kDelta, routed_, {}, Reason::kFieldMalformed);
  ExpectRefused(chuanyu_, kDelta, routed_, Bytes(17, one[0]), Reason::kFieldMalformed);
  ExpectRefused(chuanyu_, kDelta, routed_, {std::string(kDisputeEventBytesMax + 1, 'x')});
  ExpectRefused(chuanyu_, kDelta, HistoryBuilder(kDelta), one);  // of another dispute
  EXPECT_EQ(FieldOf(chuanyu_.inbound.Deliver(Member(kDelta), "no id", one, SampleStart()).status()),
            "dispute");
}

TEST_F(InboundTest, EventFromTheFutureWaitsForItsTime) {
  HistoryBuilder ahead = HistoryBuilder(kDelta, true).Later(absl::Hours(1)).Transfer(kChuanyu);
  ExpectRefused(chuanyu_, kDelta, ahead, Events(ahead, 1, 2));

  EXPECT_TRUE(Deliver(chuanyu_, kDelta, ahead, Events(ahead, 1, 2),
                      SampleStart() + absl::Hours(1) - kDisputeClockAheadMax)
                  .ok());
  // Our own event is not before theirs, though our clock is.
  const auto events = chuanyu_.History(ahead.history().id()).events();
  EXPECT_EQ(ToTime(events[2].at()), ToTime(events[1].at()));
}

TEST_F(InboundTest, SameDeliveryBetweenReadAndCommitStoresItOnce) {
  InterleavingStore store(&chuanyu_.memory);
  Inbound slow(chuanyu_.info, &store, &chuanyu_.rules, nullptr);
  store.BeforeNextCommit(
      [&] { ASSERT_TRUE(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).ok()); });

  const auto next = slow.Deliver(Member(kDelta), routed_.history().id().value(),
                                 Events(routed_, 1, 2), SampleStart() + absl::Hours(1));

  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(*next, 4u);
  EXPECT_EQ(chuanyu_.History(routed_.history().id()).last_sequence(), 3u);
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

TEST_F(InboundTest, LostAnswerIsLookedUpAndLostCommitIsReported) {
  chuanyu_.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  EXPECT_EQ(ReasonOf(Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)).status()),
            Reason::kStoreUnavailable);
  EXPECT_EQ(chuanyu_.memory.Dump(), "");
  chuanyu_.store.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  EXPECT_EQ(*Deliver(chuanyu_, kDelta, routed_, Events(routed_, 1, 2)), 4u);

  EXPECT_THAT(chuanyu_.changed, ElementsAre(routed_.history().id().value()));
  EXPECT_THAT(BrokenRules(chuanyu_), IsEmpty());
}

}  // namespace
}  // namespace mrg
