#include "dispute/dispute_ruling.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dispute/dispute_store.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DISPUTE_DECISION_CORRECTED;
using dispute::v1::DISPUTE_DECISION_UPHELD;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DisputeRulingTest : public ::testing::Test {
 protected:
  DisputeRulingTest()
      : id_(*DisputeId::Parse(
            node_.filing.File(SampleOrder("r1", kChuanyu), SampleStart())->name())) {
    node_.changed.clear();
  }

  RulingOrder Order(absl::string_view request_id, std::optional<FencingToken> token = std::nullopt,
                    std::optional<Worker> worker = std::nullopt) const {
    return {worker.value_or(one_), *RequestId::Parse(request_id), id_, token};
  }
  LeasedDispute Claim(const Worker& worker, absl::Time now = SampleStart()) {
    return node_.queue.Claim(worker, 1, absl::Minutes(1), now)->at(0);
  }
  absl::Status Accept(const RulingOrder& order, absl::Time now = SampleStart()) {
    return node_.ruling.Accept(order, now).status();
  }
  absl::Status Refuse(const RulingOrder& order, absl::Time now = SampleStart()) {
    return node_.ruling.Refuse(order, SampleExplanation(), now).status();
  }
  absl::Status Complete(const RulingOrder& order, absl::Time now = SampleStart()) {
    return node_.ruling.Complete(order, DISPUTE_DECISION_CORRECTED, SampleExplanation(), now)
        .status();
  }
  dispute::v1::DisputeState State(absl::Time now = SampleStart()) const {
    return node_.Present(id_, now).state();
  }

  TestNode node_{kChuanyu};
  const DisputeId id_;
  const Worker one_ = SampleWorker(kChuanyu, "w1");
  const Worker two_ = SampleWorker(kChuanyu, "w2");
};

using Threat = DisputeRulingTest;

TEST_F(DisputeRulingTest, AcceptedCaseIsMarkedAndDueForDecision) {
  const absl::Time now = SampleStart() + absl::Hours(1);

  const auto accepted = node_.ruling.Accept(Order("a1"), now);

  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->state(), dispute::v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_EQ(ToTime(accepted->accepted_at()), now);
  EXPECT_THAT(node_.MarkRows(), ElementsAre(2));
  EXPECT_EQ(ToTime((*LoadCase(node_.memory, id_))->row.due_at()), ToTime(accepted->due_at()));
  EXPECT_THAT(node_.changed, ElementsAre(id_.value()));
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
  EXPECT_EQ(node_.History(id_).events().back().actor(), one_.id.value());
}

TEST_F(DisputeRulingTest, AcceptanceUnderALeaseLeavesTheLease) {
  const LeasedDispute leased = Claim(one_);

  const auto accepted = node_.ruling.Accept(Order("a1", leased.token), SampleStart());

  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->state(), dispute::v1::DISPUTE_STATE_VERIFYING);
  EXPECT_TRUE(Complete(Order("c1", leased.token)).ok());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeRulingTest, CompletedCaseIsClosedUnmarkedAndGone) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const LeasedDispute leased = Claim(one_);
  EXPECT_EQ(leased.dispute.state(), dispute::v1::DISPUTE_STATE_VERIFYING);

  const auto closed = node_.ruling.Complete(Order("c1", leased.token), DISPUTE_DECISION_UPHELD,
                                            {"", "维持"}, SampleStart() + absl::Seconds(1));

  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->state(), dispute::v1::DISPUTE_STATE_CLOSED);
  EXPECT_EQ(closed->decision(), DISPUTE_DECISION_UPHELD);
  EXPECT_EQ(closed->explanation_zh(), "维持");
  EXPECT_THAT(node_.MarkRows(), ElementsAre(2, 3));
  EXPECT_THAT(*node_.queue.Claim(one_, 1, absl::Minutes(1), SampleStart() + absl::Hours(1)),
              IsEmpty());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeRulingTest, RefusedCaseIsGoneAndWasNeverMarked) {
  const auto refused = node_.ruling.Refuse(Order("f1"), SampleExplanation(), SampleStart());

  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->state(), dispute::v1::DISPUTE_STATE_REFUSED);
  EXPECT_THAT(node_.MarkRows(), IsEmpty());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeRulingTest, StepThatTheStateDoesNotAllowIsRefusedAndChangesNothing) {
  const LeasedDispute leased = Claim(one_);
  std::string before = node_.memory.Dump();
  EXPECT_EQ(ReasonOf(Complete(Order("c1", leased.token))), Reason::kDisputeTransitionRefused);
  EXPECT_EQ(node_.memory.Dump(), before);
  ASSERT_TRUE(Accept(Order("a1", leased.token)).ok());
  before = node_.memory.Dump();
  EXPECT_EQ(ReasonOf(Accept(Order("a2", leased.token))), Reason::kDisputeTransitionRefused);
  EXPECT_EQ(ReasonOf(Refuse(Order("f1", leased.token))), Reason::kDisputeTransitionRefused);
  EXPECT_EQ(node_.memory.Dump(), before);
  ASSERT_TRUE(Complete(Order("c2", leased.token)).ok());
  before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Accept(Order("a3"))), Reason::kDisputeTransitionRefused);

  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(DisputeRulingTest, DecisionAndExplanationAreChecked) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const LeasedDispute leased = Claim(one_);
  const RulingOrder order = Order("c1", leased.token);
  const std::string before = node_.memory.Dump();
  const auto complete = [&](dispute::v1::DisputeDecision decision, const Explanation& why) {
    return node_.ruling.Complete(order, decision, why, SampleStart()).status();
  };

  EXPECT_EQ(ReasonOf(complete(dispute::v1::DISPUTE_DECISION_UNSPECIFIED, SampleExplanation())),
            Reason::kEnumUnspecified);
  EXPECT_EQ(ReasonOf(complete(DISPUTE_DECISION_UPHELD, {"why", ""})), Reason::kFieldRequired);
  EXPECT_EQ(ReasonOf(complete(DISPUTE_DECISION_UPHELD, {"", std::string(2001, 'z')})),
            Reason::kFieldTooLong);
  EXPECT_EQ(ReasonOf(complete(DISPUTE_DECISION_UPHELD, {"\xC0", "zh"})), Reason::kFieldNotUtf8);
  EXPECT_EQ(FieldOf(complete(DISPUTE_DECISION_UPHELD, {"\xC0", "zh"})), "explanation_en");
  EXPECT_EQ(ReasonOf(node_.ruling.Refuse(order, {"why", ""}, SampleStart()).status()),
            Reason::kFieldRequired);
  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(DisputeRulingTest, RepeatedRequestGivesTheSameAnswerAndNoSecondEvent) {
  const LeasedDispute leased = Claim(one_);
  ASSERT_TRUE(Accept(Order("a1", leased.token)).ok());
  ASSERT_TRUE(Complete(Order("c1", leased.token)).ok());
  const std::string before = node_.memory.Dump();

  const auto again = node_.ruling.Complete(Order("c1", leased.token), DISPUTE_DECISION_CORRECTED,
                                           SampleExplanation(), SampleStart() + absl::Hours(9));

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state(), dispute::v1::DISPUTE_STATE_CLOSED);
  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(DisputeRulingTest, RequestIdOfAnotherStepOrBodyIsRefused) {
  const LeasedDispute leased = Claim(one_);
  ASSERT_TRUE(Accept(Order("a1", leased.token)).ok());
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Complete(Order("a1", leased.token))), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(Accept(Order("a1"))), Reason::kRequestIdReused);
  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(DisputeRulingTest, SameRequestBetweenReadAndCommitIsOneEvent) {
  InterleavingStore store(&node_.memory);
  DisputeRuling slow(node_.info, &store, nullptr);
  store.BeforeNextCommit([&] { EXPECT_TRUE(Accept(Order("a1")).ok()); });

  const auto accepted = slow.Accept(Order("a1"), SampleStart());

  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->last_sequence(), 2u);
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeRulingTest, SameRequestBetweenTwoReadsIsOneEvent) {
  InterleavingStore store(&node_.memory);
  DisputeRuling slow(node_.info, &store, nullptr);
  // After the request was looked up, and before the history is.
  store.AfterNextGet([&] { EXPECT_TRUE(Accept(Order("a1")).ok()); });

  const auto accepted = slow.Accept(Order("a1"), SampleStart());

  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->last_sequence(), 2u);
}

TEST_F(DisputeRulingTest, TenParallelRequestsAcceptOnce) {
  DisputeRuling ruling(node_.info, &node_.memory, nullptr);
  std::vector<absl::Status> answers(10);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < answers.size(); ++t) {
    threads.emplace_back(
        [&, t] { answers[t] = ruling.Accept(Order("a1"), SampleStart()).status(); });
  }
  for (std::thread& thread : threads) thread.join();

  for (const absl::Status& answer : answers) EXPECT_TRUE(answer.ok()) << answer;
  EXPECT_EQ(node_.History(id_).last_sequence(), 2u);
}

TEST_F(DisputeRulingTest, LostAnswerIsLookedUpByTheRequest) {
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  EXPECT_TRUE(Accept(Order("a1")).ok());

  EXPECT_EQ(State(), dispute::v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_THAT(node_.changed, ElementsAre(id_.value()));
}

TEST_F(DisputeRulingTest, LostCommitIsReportedAndChangesNothing) {
  const std::string before = node_.memory.Dump();
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(Accept(Order("a1"))), Reason::kStoreUnavailable);

  EXPECT_EQ(node_.memory.Dump(), before);
  EXPECT_TRUE(Accept(Order("a1")).ok());
}

TEST_F(DisputeRulingTest, StepThatTheIssuersMemberCouldNotHearOfIsRefused) {
  DisputeNode stranger = node_.info;
  stranger.member_of = [](const JurisdictionId&) { return std::nullopt; };
  DisputeRuling ruling(stranger, &node_.store, nullptr);
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(ruling.Accept(Order("a1"), SampleStart()).status()), Reason::kMemberUnknown);
  EXPECT_EQ(node_.memory.Dump(), before);
  EXPECT_TRUE(Accept(Order("a1")).ok());
}

TEST_F(DisputeRulingTest, DisputeOfAnotherOwnerIsNotOursToDecide) {
  TestNode delta(kDelta);
  const auto filed = delta.filing.File(SampleOrder("r2", kChuanyu), SampleStart());
  RulingOrder order = Order("a1", std::nullopt, SampleWorker(kDelta));
  order.dispute = *DisputeId::Parse(filed->name());
  const std::string before = delta.memory.Dump();

  EXPECT_EQ(ReasonOf(delta.ruling.Accept(order, SampleStart()).status()), Reason::kDisputeNotOwner);
  EXPECT_EQ(delta.memory.Dump(), before);
}

TEST_F(Threat, D01_WorkerWhoseLeaseRanOutCannotComplete) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const LeasedDispute leased = Claim(one_);
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Complete(Order("c1", leased.token), leased.expires_at)), Reason::kLeaseLost);

  EXPECT_EQ(node_.memory.Dump(), before);
  EXPECT_EQ(State(leased.expires_at), dispute::v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(Threat, D01_CompleteWithTheTokenOfAnEarlierClaimIsRefusedByAnyClock) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const LeasedDispute dead = Claim(one_);
  const LeasedDispute next = Claim(two_, dead.expires_at);
  const std::string before = node_.memory.Dump();

  // A clock that stands still, or steps back, does not revive the first lease.
  EXPECT_EQ(ReasonOf(Complete(Order("c1", dead.token), SampleStart())), Reason::kLeaseLost);
  EXPECT_EQ(ReasonOf(Complete(Order("c2", next.token), SampleStart())), Reason::kLeaseLost);

  EXPECT_EQ(node_.memory.Dump(), before);
  EXPECT_TRUE(Complete(Order("c3", next.token, two_), dead.expires_at).ok());
}

TEST_F(Threat, D01_CompleteIsRefusedWhereItLandsWhenTheLeaseWasTakenOver) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const LeasedDispute leased = Claim(one_);
  InterleavingStore store(&node_.memory);
  DisputeRuling slow(node_.info, &store, nullptr);
  std::string taken_over;
  store.BeforeNextCommit([&] {
    Claim(two_, leased.expires_at);
    taken_over = node_.memory.Dump();
  });

  const auto refused = slow.Complete(Order("c1", leased.token), DISPUTE_DECISION_CORRECTED,
                                     SampleExplanation(), SampleStart());

  EXPECT_EQ(ReasonOf(refused.status()), Reason::kLeaseLost);
  EXPECT_EQ(node_.memory.Dump(), taken_over);
  EXPECT_EQ(State(), dispute::v1::DISPUTE_STATE_VERIFYING);
}

TEST_F(Threat, D01_CompleteWithoutALeaseIsRefused) {
  ASSERT_TRUE(Accept(Order("a1")).ok());
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Complete(Order("c1"))), Reason::kLeaseLost);
  EXPECT_EQ(ReasonOf(Complete(Order("c1", FencingToken{1, 0}))), Reason::kLeaseLost);
  EXPECT_EQ(node_.memory.Dump(), before);
}

TEST_F(Threat, D01_CaseThatAnotherHoldsIsNotAcceptedOrRefusedWithoutItsLease) {
  const LeasedDispute leased = Claim(two_);
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Accept(Order("a1"))), Reason::kLeaseLost);
  EXPECT_EQ(ReasonOf(Refuse(Order("f1", leased.token))), Reason::kLeaseLost);
  EXPECT_EQ(node_.memory.Dump(), before);
  // Once the lease has ended nobody holds it.
  EXPECT_TRUE(Accept(Order("a2"), leased.expires_at).ok());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(Threat, D01_ClosedCaseHasNoLeaseAnyMore) {
  const LeasedDispute leased = Claim(one_);
  ASSERT_TRUE(Refuse(Order("f1", leased.token)).ok());

  EXPECT_EQ(ReasonOf(Complete(Order("c1", leased.token))), Reason::kLeaseLost);
}

TEST_F(Threat, D05_FilerMayNeitherAcceptRefuseNorCompleteItsOwnCase) {
  // The filer's identity, also as a worker with a live lease.
  const Worker filer{SampleOrder("r1", kChuanyu).filer, kQueue};
  std::string before = node_.memory.Dump();
  EXPECT_EQ(ReasonOf(Accept(Order("a1", std::nullopt, filer))), Reason::kFourEyes);
  EXPECT_EQ(ReasonOf(Refuse(Order("f1", std::nullopt, filer))), Reason::kFourEyes);
  EXPECT_EQ(node_.memory.Dump(), before);
  ASSERT_TRUE(Accept(Order("a2")).ok());
  const LeasedDispute leased = Claim(filer);
  before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Complete(Order("c1", leased.token, filer))), Reason::kFourEyes);

  EXPECT_EQ(node_.memory.Dump(), before);
  EXPECT_EQ(State(), dispute::v1::DISPUTE_STATE_VERIFYING);
}

TEST_F(Threat, D06_WorkerOfAnotherQueueSeesNoCaseToWorkOn) {
  const Worker other = SampleWorker(kChuanyu, "w1", "issuer-51");
  const LeasedDispute leased = Claim(one_);
  const std::string before = node_.memory.Dump();

  EXPECT_EQ(ReasonOf(Accept(Order("a1", std::nullopt, other))), Reason::kDisputeNotFound);
  EXPECT_EQ(ReasonOf(Refuse(Order("f1", leased.token, other))), Reason::kDisputeNotFound);
  EXPECT_EQ(ReasonOf(node_.queue.Release(other, id_, leased.token, SampleStart())),
            Reason::kDisputeNotFound);
  EXPECT_EQ(node_.memory.Dump(), before);
}

}  // namespace
}  // namespace mrg
