#include "gateway/federation/follow/head_exchange_turn.h"

#include <memory>

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/federation/testing/desk_of_tests.h"
#include "gateway/federation/testing/stub_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/memory_peer_connection.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kPeriod = absl::Seconds(30);
const RetrySchedule kRetry(absl::Seconds(1), absl::Seconds(5), 7);

// Two nodes that follow the hub.
class HeadExchangeTurnTest : public ::testing::Test {
 protected:
  HeadExchangeTurnTest() { network_.Add(peer_, {.repositories = &files_, .heads = &theirs_.desk}); }

  void Hold(DeskOfTests* desk, RepositorySimulator* repository) {
    MetadataStore metadata(&desk->store);
    InitTrust(hub_, repository->root(1), std::nullopt, &metadata).IgnoreError();
    ASSERT_TRUE(Updater(hub_, &desk->store, repository).Refresh(kStart).ok());
  }
  int64_t Calls() const { return network_.calls(own_, peer_); }
  // Of the own log.
  std::string KeptByThem() const {
    const std::vector<WitnessedLog> kept = *theirs_.witness.List();
    for (const WitnessedLog& log : kept) {
      if (log.origin == kLogOfTests) return log.checkpoint;
    }
    return "";
  }

  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId peer_ = *MemberId::Parse("sichuan-chongqing");
  DeskOfTests ours_{own_, {own_, hub_}};
  DeskOfTests theirs_{peer_, {peer_, hub_}, "sichuan-chongqing/log-1"};
  const RepositoryReader files_{&theirs_.store};
  MemoryNetwork network_;
  const std::unique_ptr<PeerConnection> connection_ = network_.Connect(own_, peer_);
  SimulatedClock clock_{kStart};
  std::vector<absl::Time> times_;
  std::vector<std::string> newer_roots_;  // of whom
  const HeadExchangeTurn::Told told_{
      [this](absl::Time theirs, absl::Duration, absl::Duration) { times_.push_back(theirs); },
      [this](const MemberId& publisher) { newer_roots_.push_back(publisher.value()); }};
  HeadExchangeTurn turn_{peer_, connection_.get(), Turn(kPeriod, kRetry), &ours_.desk,
                         told_, &clock_,           &ours_.events};
};

TEST_F(HeadExchangeTurnTest, HeadsAreExchangedEachPeriodAndSoonerWhenHintedAt) {
  turn_.RunOnce(kStart);
  EXPECT_EQ(Calls(), 1);
  turn_.RunOnce(kStart + kPeriod - absl::Seconds(1));
  EXPECT_EQ(Calls(), 1);
  turn_.RunOnce(kStart + kPeriod);
  EXPECT_EQ(Calls(), 2);

  turn_.Hint();
  turn_.RunOnce(kStart + kPeriod + absl::Milliseconds(999));
  EXPECT_EQ(Calls(), 2);
  turn_.RunOnce(kStart + kPeriod + absl::Seconds(1));
  EXPECT_EQ(Calls(), 3);
  turn_.RunOnce(kStart + kPeriod + absl::Seconds(2));
  EXPECT_EQ(Calls(), 3) << "one hint, one exchange";
}

TEST_F(HeadExchangeTurnTest, AFailureIsToldOnceTriedAgainByScheduleAndNotHurriedByHints) {
  network_.Cut(own_, peer_);

  turn_.RunOnce(kStart);
  turn_.Hint();
  turn_.RunOnce(kStart + kRetry.WaitAfter(1) - absl::Nanoseconds(1));
  EXPECT_EQ(Calls(), 1);
  turn_.RunOnce(kStart + kRetry.WaitAfter(1));

  EXPECT_EQ(Calls(), 2);
  EXPECT_THAT(ours_.events.Take(), ElementsAre(HasSubstr("head_exchange_failed")));
}

TEST_F(HeadExchangeTurnTest, AClockThatSteppedBackMakesItDue) {
  turn_.RunOnce(kStart);

  turn_.RunOnce(kStart - absl::Hours(24));

  EXPECT_EQ(Calls(), 2);
}

TEST_F(HeadExchangeTurnTest, AForkThatThePeerHoldsIsShownByItAndProved) {
  RepositorySimulator repository(kStart);
  RepositorySimulator twin = repository;  // signed with the same keys
  twin.SetNow(kStart + absl::Seconds(1));
  twin.PublishTimestamp();
  repository.PublishTimestamp();
  Hold(&ours_, &repository);
  Hold(&theirs_, &twin);

  turn_.RunOnce(kStart);

  EXPECT_EQ(ours_.forks, 1);
}

TEST_F(HeadExchangeTurnTest, T08_ARootAboveTheNewestOneHereIsTold) {
  RepositorySimulator repository(kStart);
  Hold(&ours_, &repository);
  Hold(&theirs_, &repository);
  turn_.RunOnce(kStart);
  EXPECT_THAT(newer_roots_, IsEmpty());
  repository.AddKey("timestamp");
  repository.PublishRoot();
  Hold(&theirs_, &repository);

  turn_.RunOnce(kStart + kPeriod);

  EXPECT_THAT(newer_roots_, ElementsAre("hub"));
}

TEST_F(HeadExchangeTurnTest, M13_WhatThePeerSaysOfItsClockIsPassedOn) {
  StubConnection answering;
  trustlist::v1::ExchangeHeadsResponse answer;
  answering.exchange_heads = [&](const trustlist::v1::ExchangeHeadsRequest&) { return answer; };
  HeadExchangeTurn turn(peer_, &answering, Turn(kPeriod, kRetry), &ours_.desk, told_, &clock_,
                        &ours_.events);
  turn.RunOnce(kStart);
  EXPECT_THAT(times_, IsEmpty()) << "it does not say";
  answer.mutable_answered_at()->set_seconds(kTimestampSecondsMax + 1);
  turn.RunOnce(kStart + kPeriod);
  EXPECT_THAT(times_, IsEmpty()) << "it says no time";
  *answer.mutable_answered_at() = ToTimestamp(kStart + absl::Seconds(7));

  turn.RunOnce(kStart + 2 * kPeriod);

  EXPECT_THAT(times_, ElementsAre(kStart + absl::Seconds(7)));
}

TEST_F(HeadExchangeTurnTest, PeersThatAgreeFindNothing) {
  RepositorySimulator repository(kStart);
  Hold(&ours_, &repository);
  Hold(&theirs_, &repository);

  turn_.RunOnce(kStart);

  EXPECT_EQ(ours_.forks, 0);
  EXPECT_THAT(ours_.events.Take(), IsEmpty());
}

TEST_F(HeadExchangeTurnTest, APeerKeepsALogThatGrewOverAProofInTheSameTurn) {
  ListLogKey(*ours_.signer, &theirs_.log_keys);
  AppendRecords(ours_.log.get(), 3);
  turn_.RunOnce(kStart);
  EXPECT_EQ(Calls(), 1);
  const std::string grown = AppendRecords(ours_.log.get(), 4);

  turn_.RunOnce(kStart + kPeriod);

  EXPECT_EQ(Calls(), 2) << "it is known from the last turn what the peer keeps";
  EXPECT_EQ(KeptByThem(), grown);

  // A node that restarted has to hear first what the peer keeps.
  const std::string later = AppendRecords(ours_.log.get(), 5);
  HeadDesk restarted({{own_, hub_},
                      &ours_.exchange,
                      &ours_.witness,
                      &ours_.standing,
                      ours_.log.get(),
                      &ours_.metrics,
                      &ours_.events});
  HeadExchangeTurn turn(peer_, connection_.get(), Turn(kPeriod, kRetry), &restarted, told_, &clock_,
                        &ours_.events);
  turn.RunOnce(kStart + 2 * kPeriod);
  EXPECT_EQ(Calls(), 4);
  EXPECT_EQ(KeptByThem(), later);
}

TEST_F(HeadExchangeTurnTest, L3_R18_APeersLogThatDoesNotContinueWhatIsKeptOfItIsTold) {
  MemoryStore other_store;
  const auto other = OpenLogOfTests(&other_store, ours_.signer.get());
  ListLogKey(*ours_.signer, &theirs_.log_keys);
  const std::string kept = AppendRecords(other.get(), 3, "rewritten");
  ASSERT_TRUE(theirs_.witness.Keep({kLogOfTests, kept}).ok());
  AppendRecords(ours_.log.get(), 7);
  MemoryNetwork back;
  back.Add(own_, {.repositories = &files_, .heads = &ours_.desk});
  const auto connection = back.Connect(peer_, own_);

  HeadExchangeTurn(own_, connection.get(), Turn(kPeriod, kRetry), &theirs_.desk, told_, &clock_,
                   &theirs_.events)
      .RunOnce(kStart);

  EXPECT_EQ(KeptByThem(), kept);
  EXPECT_EQ(ReasonOf(ours_.standing.Check()), Reason::kLogContradicted);
}

TEST_F(HeadExchangeTurnTest, R18_WhoIsAskedCountsForTheStandingOfTheLogWhetherItAnswersOrNot) {
  ours_.standing.RequireWitness({peer_});
  network_.Cut(own_, peer_);
  turn_.RunOnce(kStart);
  EXPECT_EQ(ReasonOf(ours_.standing.Check()), Reason::kLogUnwitnessed);

  network_.Join(own_, peer_);
  turn_.RunOnce(kStart + kPeriod);

  EXPECT_TRUE(ours_.standing.Check().ok());
}

TEST_F(HeadExchangeTurnTest, R18_APeerThatDoesNotAnswerWasAskedWhenAnotherOneDid) {
  ours_.standing.RequireWitness({peer_, hub_});
  ASSERT_TRUE(ours_.standing.PeerAnswered(hub_, /*keeps=*/false).ok());
  ASSERT_EQ(ReasonOf(ours_.standing.Check()), Reason::kLogUnwitnessed);
  network_.Cut(own_, peer_);

  turn_.RunOnce(kStart);

  EXPECT_TRUE(ours_.standing.Check().ok());
}

TEST_F(HeadExchangeTurnTest, L3_R18_AnAnswerThatCannotBeReadIsAFailureThatIsTold) {
  ours_.standing.RequireWitness({peer_});
  AppendRecords(ours_.log.get(), 1);
  StubConnection answering;
  answering.exchange_heads = [](const trustlist::v1::ExchangeHeadsRequest&) {
    trustlist::v1::ExchangeHeadsResponse answer;
    answer.add_log_heads()->set_origin(kLogOfTests);
    return answer;
  };

  HeadExchangeTurn(peer_, &answering, Turn(kPeriod, kRetry), &ours_.desk, told_, &clock_,
                   &ours_.events)
      .RunOnce(kStart);

  EXPECT_EQ(ReasonOf(ours_.standing.Check()), Reason::kLogUnwitnessed);
  EXPECT_THAT(ours_.events.Take(), ElementsAre(HasSubstr("head_exchange_failed")));
}

}  // namespace
}  // namespace mrg
