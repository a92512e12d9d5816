#include "gateway/federation/follow/hint_turn.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/federation/testing/stub_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/memory_peer_connection.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kAgain = absl::Milliseconds(500);
const RetrySchedule kRetry(absl::Seconds(1), absl::Seconds(30), 7);

class HintTurnTest : public ::testing::Test {
 protected:
  // `opened`: how many streams were, which `turn` raises.
  static void ExpectOpenedBySchedule(HintTurn* turn, const int& opened) {
    absl::Time now = kStart;
    for (int failures = 1; failures <= 5; ++failures) {
      turn->RunOnce(now);
      EXPECT_EQ(opened, failures);
      now += kRetry.WaitAfter(failures);
      turn->RunOnce(now - absl::Nanoseconds(1));
      EXPECT_EQ(opened, failures);
    }
  }

  HintTurnTest() { network_.Add(hub_, {.hints = &hints_}); }

  std::vector<std::string> Take() { return std::exchange(heard_, {}); }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  TrustHints hints_;
  MemoryNetwork network_;
  const std::unique_ptr<PeerConnection> connection_ = network_.Connect(own_, hub_);
  std::vector<std::string> heard_;
  HintTurn turn_{connection_.get(), kAgain, kRetry,
                 [this](const MemberId& publisher, int64_t version) {
                   heard_.push_back(publisher.value() + " " + std::to_string(version));
                 }};
};

TEST_F(HintTurnTest, WhatThePeerHoldsIsHeardAtOnceThenEachChange) {
  hints_.Set(hub_, 3);

  turn_.RunOnce(kStart);
  EXPECT_THAT(Take(), ElementsAre("hub 3"));
  hints_.Set(own_, 9);

  EXPECT_THAT(Take(), ElementsAre("yangtze-delta 9"));
}

TEST_F(HintTurnTest, AStreamThatBroughtAHintIsOpenedAgainSoonAfterItEnded) {
  hints_.Set(hub_, 3);
  turn_.RunOnce(kStart);
  network_.Cut(own_, hub_);
  network_.Join(own_, hub_);
  Take();

  turn_.RunOnce(kStart + kAgain - absl::Milliseconds(1));
  EXPECT_THAT(Take(), IsEmpty());
  turn_.RunOnce(kStart + kAgain);

  EXPECT_THAT(Take(), ElementsAre("hub 3"));
}

TEST_F(HintTurnTest, StreamsWithoutAHintAreOpenedBySchedule) {
  network_.Cut(own_, hub_);
  StubConnection counting;
  int opened = 0;
  counting.watch_hints = [&](PeerConnection::OnHint on_hint) {
    ++opened;
    return connection_->WatchHints(std::move(on_hint));
  };
  HintTurn turn(&counting, kAgain, kRetry, [](const MemberId&, int64_t) {});
  ExpectOpenedBySchedule(&turn, opened);

  turn.RunOnce(kStart - absl::Hours(1));

  EXPECT_EQ(opened, 6) << "a clock that stepped back keeps no stream closed";
}

TEST_F(HintTurnTest, L4_N05_AStreamThatWasEndedForItsHintsIsOpenedBySchedule) {
  class Flooded : public HintStream {
   public:
    bool HasEnded() const override { return true; }
    bool WasFlooded() const override { return true; }
  };
  StubConnection flooding;
  int opened = 0;
  flooding.watch_hints = [&](const PeerConnection::OnHint& on_hint) {
    ++opened;
    on_hint("hub", 2);
    return std::make_unique<Flooded>();
  };
  HintTurn turn(&flooding, kAgain, kRetry, [](const MemberId&, int64_t) {});
  ExpectOpenedBySchedule(&turn, opened);
}

TEST_F(HintTurnTest, AfterStopNothingIsHeard) {
  turn_.RunOnce(kStart);

  turn_.Stop();
  hints_.Set(hub_, 3);

  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(HintTurnTest, AHintAboutNoMemberIsPassedOver) {
  StubConnection lying;
  lying.watch_hints = [&](PeerConnection::OnHint on_hint) {
    on_hint("Not A Member", 1);
    on_hint("", 1);
    on_hint("hub", 2);
    return connection_->WatchHints(std::move(on_hint));
  };
  HintTurn turn(&lying, kAgain, kRetry, [this](const MemberId& publisher, int64_t version) {
    heard_.push_back(publisher.value() + " " + std::to_string(version));
  });

  turn.RunOnce(kStart);

  EXPECT_THAT(Take(), ElementsAre("hub 2"));
}

}  // namespace
}  // namespace mrg
