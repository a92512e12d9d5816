#include "dispute/dispute_queue.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_ruling.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
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

class DisputeQueueTest : public ::testing::Test {
 protected:
  // Files one dispute into the queue. Result: its id.
  DisputeId File(absl::string_view request_id, absl::Duration later = absl::ZeroDuration(),
                 uint32_t priority = 0, absl::string_view queue = kQueue) {
    FilingOrder order = SampleOrder(request_id, kChuanyu);
    order.destination.priority = priority;
    order.destination.queue = std::string(queue);
    return *DisputeId::Parse(node_.filing.File(order, SampleStart() + later)->name());
  }
  LeasedDispute ClaimOne(const Worker& worker, absl::Time now) {
    auto claimed = node_.queue.Claim(worker, 1, absl::Minutes(1), now);
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    EXPECT_THAT(*claimed, SizeIs(1));
    return claimed->front();
  }
  std::vector<std::string> Claim(const Worker& worker, int batch, absl::Time now) {
    std::vector<std::string> names;
    const auto claimed = node_.queue.Claim(worker, batch, absl::Minutes(1), now);
    for (const LeasedDispute& one : *claimed) names.push_back(one.dispute.name());
    return names;
  }
  // Expects that a lease operation is refused and changes nothing.
  void ExpectRefused(const absl::Status& status, Reason reason, const std::string& before) {
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(node_.memory.Dump(), before);
  }

  TestNode node_{kChuanyu};
  const Worker one_ = SampleWorker(kChuanyu, "w1");
  const Worker two_ = SampleWorker(kChuanyu, "w2");
};

using Threat = DisputeQueueTest;

TEST_F(DisputeQueueTest, ClaimLeasesTheCaseWithTheFirstToken) {
  const DisputeId id = File("r1");

  const LeasedDispute leased = ClaimOne(one_, SampleStart());

  EXPECT_EQ(leased.dispute.name(), id.value());
  EXPECT_EQ(leased.dispute.state(), dispute::v1::DISPUTE_STATE_SUBMITTED);
  EXPECT_EQ(leased.token.owner_epoch, 1u);
  EXPECT_EQ(leased.token.lease_token, 1u);
  EXPECT_EQ(leased.expires_at, SampleStart() + absl::Minutes(1));
  EXPECT_EQ(leased.receipt, "receipt");
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeQueueTest, ClaimTakesByDueTimeThenPriorityThenAge) {
  const DisputeId late = File("late", absl::Hours(24 * 7));
  const DisputeId young = File("young", absl::Minutes(2));
  const DisputeId old = File("old", absl::Minutes(1));
  const DisputeId urgent = File("urgent", absl::Minutes(3), 9);

  EXPECT_THAT(Claim(one_, 2, SampleStart()), ElementsAre(urgent.value(), old.value()));
  EXPECT_THAT(Claim(one_, 100, SampleStart()), ElementsAre(young.value(), late.value()));
  EXPECT_THAT(Claim(one_, 100, SampleStart()), IsEmpty());
}

TEST_F(DisputeQueueTest, ClaimSeesItsOwnQueueOnly) {
  File("r1", absl::ZeroDuration(), 0, "issuer-51");

  EXPECT_THAT(Claim(one_, 100, SampleStart()), IsEmpty());
  EXPECT_THAT(Claim(SampleWorker(kChuanyu, "w1", "issuer-51"), 100, SampleStart()), SizeIs(1));
}

TEST_F(DisputeQueueTest, ClaimOutsideItsBoundsIsRefused) {
  File("r1");
  const std::string before = node_.memory.Dump();
  for (int batch : {-1, 0, 101}) {
    const absl::Status refused =
        node_.queue.Claim(one_, batch, absl::Minutes(1), SampleStart()).status();
    ExpectRefused(refused, Reason::kFieldMalformed, before);
    EXPECT_EQ(FieldOf(refused), "batch_size");
  }
  for (absl::Duration lease : {absl::Seconds(29), absl::Hours(12) + absl::Seconds(1),
                               absl::InfiniteDuration(), -absl::Minutes(1)}) {
    const absl::Status refused = node_.queue.Claim(one_, 1, lease, SampleStart()).status();
    ExpectRefused(refused, Reason::kFieldMalformed, before);
    EXPECT_EQ(FieldOf(refused), "lease_duration");
  }
  ExpectRefused(
      node_.queue.Claim({one_.id, "No queue"}, 1, absl::Minutes(1), SampleStart()).status(),
      Reason::kFieldMalformed, before);
}

TEST_F(DisputeQueueTest, HeartbeatProlongsAndNeverShortens) {
  const DisputeId id = File("r1");
  const LeasedDispute leased = ClaimOne(one_, SampleStart());
  const absl::Time later = SampleStart() + absl::Seconds(50);

  EXPECT_EQ(*node_.queue.Heartbeat(one_, id, leased.token, absl::Hours(1), later),
            later + absl::Hours(1));
  EXPECT_EQ(*node_.queue.Heartbeat(one_, id, leased.token, absl::Seconds(30), later),
            later + absl::Hours(1));

  EXPECT_THAT(Claim(two_, 1, later + absl::Minutes(59)), IsEmpty());
  EXPECT_THAT(Claim(two_, 1, later + absl::Hours(1)), SizeIs(1));
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeQueueTest, HeartbeatOutsideItsBoundsIsRefused) {
  const DisputeId id = File("r1");
  const LeasedDispute leased = ClaimOne(one_, SampleStart());
  const std::string before = node_.memory.Dump();

  ExpectRefused(
      node_.queue.Heartbeat(one_, id, leased.token, absl::Seconds(1), SampleStart()).status(),
      Reason::kFieldMalformed, before);
}

TEST_F(DisputeQueueTest, ReleasedCaseIsFreeAtOnceUnderAHigherToken) {
  const DisputeId id = File("r1");
  const LeasedDispute leased = ClaimOne(one_, SampleStart());

  ASSERT_TRUE(node_.queue.Release(one_, id, leased.token, SampleStart()).ok());

  EXPECT_EQ(ClaimOne(two_, SampleStart()).token.lease_token, 2u);
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(DisputeQueueTest, CaseOfAnotherOwnerIsNotOursToWorkOn) {
  TestNode delta(kDelta);
  const auto filed = delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart());
  const DisputeId id = *DisputeId::Parse(filed->name());
  const std::string before = delta.memory.Dump();

  EXPECT_EQ(ReasonOf(delta.queue.Release(SampleWorker(kDelta), id, {2, 1}, SampleStart())),
            Reason::kDisputeNotOwner);
  EXPECT_EQ(delta.memory.Dump(), before);
}

TEST_F(DisputeQueueTest, UnknownDisputeIsNotFound) {
  const DisputeId id = DisputeId::Make(Member(kChuanyu), SampleStart());

  EXPECT_EQ(ReasonOf(node_.queue.Release(one_, id, {1, 1}, SampleStart())),
            Reason::kDisputeNotFound);
}

TEST_F(Threat, D01_WorkerWhoseLeaseRanOutCanNeitherProlongNorRelease) {
  const DisputeId id = File("r1");
  const LeasedDispute leased = ClaimOne(one_, SampleStart());
  const std::string before = node_.memory.Dump();

  ExpectRefused(
      node_.queue.Heartbeat(one_, id, leased.token, absl::Minutes(1), leased.expires_at).status(),
      Reason::kLeaseLost, before);
  ExpectRefused(node_.queue.Release(one_, id, leased.token, leased.expires_at), Reason::kLeaseLost,
                before);
}

TEST_F(Threat, D01_TokenOfAnotherWorkerOrClaimIsRefused) {
  const DisputeId id = File("r1");
  ASSERT_TRUE(
      node_.queue.Release(one_, id, ClaimOne(one_, SampleStart()).token, SampleStart()).ok());
  const LeasedDispute leased = ClaimOne(two_, SampleStart());
  const std::string before = node_.memory.Dump();
  const FencingToken& token = leased.token;

  ExpectRefused(node_.queue.Release(one_, id, token, SampleStart()), Reason::kLeaseLost, before);
  for (const FencingToken& other : {FencingToken{token.owner_epoch, token.lease_token - 1},
                                    FencingToken{token.owner_epoch, token.lease_token + 1},
                                    FencingToken{token.owner_epoch + 1, token.lease_token}}) {
    ExpectRefused(node_.queue.Release(two_, id, other, SampleStart()), Reason::kLeaseLost, before);
  }
}

TEST_F(Threat, D01_LeaseTakenOverBetweenReadAndCommitIsRefusedWhereTheWriteLands) {
  const DisputeId id = File("r1");
  InterleavingStore store(&node_.memory);
  DisputeQueue slow(node_.info, &store, nullptr);
  const LeasedDispute leased = ClaimOne(one_, SampleStart());
  // While the heartbeat of the first worker is on its way, its lease is given to the second.
  std::string taken_over;
  store.BeforeNextCommit([&] {
    EXPECT_EQ(ClaimOne(two_, leased.expires_at).token.lease_token, 2u);
    taken_over = node_.memory.Dump();
  });

  const auto refused =
      slow.Heartbeat(one_, id, leased.token, absl::Hours(1), leased.expires_at - absl::Seconds(1));

  ExpectRefused(refused.status(), Reason::kLeaseLost, taken_over);
}

TEST_F(Threat, D02_OfTwoWorkersThatClaimAtOnceOneGetsTheCase) {
  File("r1");
  InterleavingStore store(&node_.memory);
  DisputeQueue slow(node_.info, &store, nullptr);
  store.BeforeNextCommit([&] { EXPECT_THAT(Claim(two_, 1, SampleStart()), SizeIs(1)); });

  const auto claimed = slow.Claim(one_, 1, absl::Minutes(1), SampleStart());

  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_THAT(*claimed, IsEmpty());
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(Threat, D02_TwentyWorkersThatClaimInParallelShareTheCases) {
  for (int i = 0; i < 60; ++i) File(absl::StrCat("r", i), absl::Seconds(i), i % 10);
  DisputeQueue queue(node_.info, &node_.memory, nullptr);
  std::vector<std::vector<std::string>> got(20);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < got.size(); ++t) {
    threads.emplace_back([&, t] {
      const Worker worker = SampleWorker(kChuanyu, absl::StrCat("w", t));
      for (int i = 0; i < 10; ++i) {
        const auto claimed = queue.Claim(worker, 3, absl::Hours(1), SampleStart());
        if (!claimed.ok()) continue;
        for (const auto& one : *claimed) got[t].push_back(one.dispute.name());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> all;
  size_t claims = 0;
  for (const auto& names : got) {
    claims += names.size();
    all.insert(names.begin(), names.end());
  }
  EXPECT_EQ(claims, 60u);
  EXPECT_THAT(all, SizeIs(60));
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(Threat, D03_CaseOfAWorkerThatDiesReturnsUnderAHigherToken) {
  const DisputeId id = File("r1");
  const LeasedDispute dead = ClaimOne(one_, SampleStart());
  EXPECT_THAT(Claim(two_, 1, dead.expires_at - absl::Microseconds(1)), IsEmpty());

  const LeasedDispute next = ClaimOne(two_, dead.expires_at);

  EXPECT_EQ(next.dispute.name(), id.value());
  EXPECT_EQ(next.token.lease_token, dead.token.lease_token + 1);
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(Threat, D03_EndedLeasesOfAllQueuesAreReturnedAndTold) {
  File("r1");
  File("r2", absl::ZeroDuration(), 0, "issuer-51");
  const DisputeId live = File("r3", absl::Hours(1));
  ClaimOne(one_, SampleStart());
  ClaimOne(SampleWorker(kChuanyu, "w1", "issuer-51"), SampleStart());
  ASSERT_TRUE(node_.queue.Claim(one_, 1, absl::Hours(2), SampleStart()).ok());
  node_.changed.clear();

  EXPECT_EQ(*node_.queue.ReturnEndedLeases(SampleStart() + absl::Minutes(1)), 2u);

  EXPECT_THAT(node_.changed, SizeIs(2));
  EXPECT_EQ(*node_.queue.ReturnEndedLeases(SampleStart() + absl::Minutes(1)), 0u);
  EXPECT_TRUE(LeaseIsLive((*LoadCase(node_.memory, live))->row, SampleStart() + absl::Hours(1)));
  EXPECT_THAT(BrokenRules(node_), IsEmpty());
}

TEST_F(Threat, D03_ReturnedCaseTakesItsOldPlaceInTheQueue) {
  const DisputeId urgent = File("urgent", absl::ZeroDuration(), 9);
  File("other");
  const LeasedDispute dead = ClaimOne(one_, SampleStart());
  ASSERT_EQ(dead.dispute.name(), urgent.value());

  EXPECT_EQ(ClaimOne(two_, dead.expires_at).dispute.name(), urgent.value());
}

TEST_F(DisputeQueueTest, ClockThatStepsBackLosesNoLeaseAndGivesNoneTwice) {
  const DisputeId id = File("r1");
  const LeasedDispute leased = ClaimOne(one_, SampleStart());
  const absl::Time earlier = SampleStart() - absl::Hours(24);

  EXPECT_THAT(Claim(two_, 1, earlier), IsEmpty());
  EXPECT_EQ(*node_.queue.Heartbeat(one_, id, leased.token, absl::Minutes(1), earlier),
            leased.expires_at);
}

TEST_F(DisputeQueueTest, ClaimOfALostAnswerReturnsWhenItsLeaseEnds) {
  File("r1");
  node_.store.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  EXPECT_EQ(ReasonOf(node_.queue.Claim(one_, 1, absl::Minutes(1), SampleStart()).status()),
            Reason::kStoreUnavailable);

  EXPECT_THAT(Claim(one_, 1, SampleStart()), IsEmpty());
  EXPECT_THAT(Claim(one_, 1, SampleStart() + absl::Minutes(1)), SizeIs(1));
}

TEST_F(DisputeQueueTest, CaseThatIsClosedButStillQueuedIsCorruptAndNotGiven) {
  const DisputeId id = File("r1");
  const Row ready = node_.memory.Scan(Keyspace::kDisputeQueue, ReadyPrefix(kQueue), "", 1)->at(0);
  const Versioned row = **node_.memory.Get(Keyspace::kDisputeQueue, CaseKey(id));
  ASSERT_TRUE(node_.ruling
                  .Refuse({one_, *RequestId::Parse("f1"), id, std::nullopt}, SampleExplanation(),
                          SampleStart())
                  .ok());
  WriteSet writes;
  writes.Put(Keyspace::kDisputeQueue, CaseKey(id), row.value);
  writes.Put(Keyspace::kDisputeQueue, ready.key, "");
  ASSERT_TRUE(node_.memory.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(node_.queue.Claim(one_, 1, absl::Minutes(1), SampleStart()).status()),
            Reason::kStoreCorrupt);
}

TEST_F(DisputeQueueTest, CaseThatCannotBeReadDoesNotStopTheOthers) {
  const DisputeId bad = File("bad");
  const DisputeId good = File("good", absl::Minutes(1));
  WriteSet writes;
  writes.Put(Keyspace::kDisputeEvent, EventKey(bad, 1), "broken");
  ASSERT_TRUE(node_.memory.Commit(writes).committed());

  EXPECT_THAT(Claim(one_, 1, SampleStart()), ElementsAre(good.value()));
  // When nothing else is there, it is said.
  EXPECT_EQ(ReasonOf(node_.queue.Claim(one_, 1, absl::Minutes(1), SampleStart()).status()),
            Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
