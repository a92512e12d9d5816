#include "trustlist/client/refresher.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/testing/repository_simulator.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pair;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
const absl::Duration kInstant = absl::Microseconds(1);

// A node that takes its time for each answer.
class SlowFetcher : public Fetcher {
 public:
  // Both must outlive this.
  SlowFetcher(RepositorySimulator* node, SimulatedClock* clock) : node_(node), clock_(clock) {}

  void Take(absl::Duration each) { each_ = each; }

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    clock_->Advance(each_);
    return node_->FetchMetadata(role, version, bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    return node_->FetchTarget(path, sha256, bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    return node_->FetchNodes(sha256);
  }

 private:
  RepositorySimulator* const node_;
  SimulatedClock* const clock_;
  absl::Duration each_;
};

class RefresherTest : public ::testing::Test {
 protected:
  RefresherTest() {
    MetadataStore metadata(&store_);
    EXPECT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
  }

  static RefreshSchedule Schedule() {
    RefreshSchedule schedule;
    schedule.spread = 0;
    return schedule;
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MemoryStore store_;
  SimulatedClock clock_{kStart};
  RepositorySimulator repository_{kStart};
  SlowFetcher fetcher_{&repository_, &clock_};
  Updater updater_{member_, &store_, &fetcher_};
  absl::Status put_in_force_;
  std::vector<std::string> seen_;  // "ok", "ok changed" or the reason's token
  Refresher refresher_{
      {&updater_},
      Schedule(),
      [this](const VerifiedSet& verified, absl::Time now) {
        if (!put_in_force_.ok()) return put_in_force_;
        return StoringIntake(&store_).Take(verified, WriteSet(), now);
      },
      {[this](const absl::Status& status, bool changed, const std::optional<InForceSet>&) {
         const auto reason = ReasonOf(status);
         seen_.push_back(reason.has_value() ? std::string(TokenOf(*reason))
                                            : (changed ? "ok changed" : "ok"));
       },
       nullptr},
      &clock_};
};

TEST_F(RefresherTest, RefreshesAtOnceThenAtThePoll) {
  EXPECT_EQ(refresher_.RunOnce(kStart), kStart + absl::Seconds(60));
  EXPECT_EQ(refresher_.RunOnce(kStart + absl::Seconds(59)), kStart + absl::Seconds(60));
  refresher_.RunOnce(kStart + absl::Seconds(60));
  EXPECT_THAT(seen_, ElementsAre("ok changed", "ok"));
}

TEST_F(RefresherTest, HintOfANewerTimestampRefreshesNowAnOldOneDoesNot) {
  refresher_.RunOnce(kStart);
  refresher_.Hint(1, 0);
  refresher_.Hint(9, 7);  // no such source
  refresher_.RunOnce(kStart + absl::Seconds(1));
  EXPECT_THAT(seen_, ElementsAre("ok changed"));

  repository_.PublishTimestamp();
  refresher_.Hint(2, 0);
  refresher_.RunOnce(kStart + absl::Seconds(2));
  EXPECT_THAT(seen_, ElementsAre("ok changed", "ok changed"));
}

TEST_F(RefresherTest, RefusalsAreRetriedWithGrowingDistanceThatHintsDoNotShorten) {
  repository_.SetUnreachable(true);
  absl::Time now = kStart;
  for (const int whole_s : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const absl::Time next = refresher_.RunOnce(now);
    EXPECT_GE(next - now, absl::Seconds(whole_s) / 2);
    EXPECT_LT(next - now, absl::Seconds(whole_s));
    refresher_.Hint(99, 0);
    EXPECT_EQ(refresher_.RunOnce(now + (next - now) / 2), next);
    now = next;
  }
  EXPECT_EQ(seen_.size(), 8u);

  repository_.SetUnreachable(false);
  refresher_.RunOnce(now);
  EXPECT_EQ(seen_.front(), "FETCH_FAILED");
  // The timestamp of the start has not run out yet.
  EXPECT_EQ(seen_.back(), "ok changed");
}

TEST_F(RefresherTest, L4_TheDistanceOfARefusalBeginsAtItsEndHoweverLongItTook) {
  repository_.SetUnreachable(true);
  fetcher_.Take(absl::Minutes(5));

  const absl::Time next = refresher_.RunOnce(kStart);

  const absl::Time ended = clock_.Now();
  EXPECT_GE(next, ended + absl::Seconds(1) / 2);
  EXPECT_EQ(refresher_.RunOnce(ended), next);
  EXPECT_EQ(clock_.Now(), ended) << "nobody was asked";
}

TEST_F(RefresherTest, L4_HintsWithNothingNewBehindThemAreFollowedWithGrowingDistance) {
  refresher_.RunOnce(kStart);
  seen_.clear();
  absl::Time now = kStart;
  int64_t version = 100;
  for (const int whole_s : {1, 2, 4, 8}) {
    refresher_.Hint(++version, 0);
    refresher_.RunOnce(now);
    const size_t followed = seen_.size();
    // The next one waits, is not lost, and says when it is due.
    refresher_.Hint(++version, 0);
    const absl::Time next = refresher_.RunOnce(now + absl::Seconds(whole_s) / 2 - kInstant);
    EXPECT_EQ(seen_.size(), followed);
    EXPECT_GE(next - now, absl::Seconds(whole_s) / 2);
    EXPECT_LT(next - now, absl::Seconds(whole_s));
    now = next;
  }
  EXPECT_EQ(seen_.size(), 4u);
}

TEST_F(RefresherTest, L4_AHintWithANewVersionBehindItEndsTheDistance) {
  refresher_.RunOnce(kStart);
  refresher_.Hint(100, 0);
  refresher_.RunOnce(kStart);
  repository_.PublishTimestamp();
  refresher_.Hint(101, 0);
  refresher_.RunOnce(kStart + absl::Seconds(1));
  ASSERT_EQ(seen_.back(), "ok changed");
  repository_.PublishTimestamp();

  refresher_.Hint(102, 0);
  refresher_.RunOnce(kStart + absl::Seconds(1) + kInstant);

  EXPECT_EQ(seen_.back(), "ok changed");
  EXPECT_EQ(seen_.size(), 4u);
}

TEST_F(RefresherTest, SetThatCannotBePutInForceIsOfferedAgain) {
  put_in_force_ = MakeError(Reason::kPackInvalid, "a pack fails");
  refresher_.RunOnce(kStart);
  EXPECT_FALSE(InForceStore(&store_).Load(member_)->has_value());
  put_in_force_ = absl::OkStatus();
  refresher_.RunOnce(kStart + absl::Seconds(1));
  EXPECT_THAT(seen_, ElementsAre("PACK_INVALID", "ok changed"));
}

TEST_F(RefresherTest, ClockThatStepsBackDoesNotStopPolling) {
  refresher_.RunOnce(kStart + absl::Minutes(30));
  const absl::Time next = refresher_.RunOnce(kStart);
  EXPECT_EQ(next, kStart + absl::Seconds(60));
  EXPECT_THAT(seen_, ElementsAre("ok changed", "ok"));
}

class RelayTest : public ::testing::Test {
 protected:
  RelayTest() {
    MetadataStore metadata(&store_);
    EXPECT_TRUE(InitTrust(member_, direct_.root(1), std::nullopt, &metadata).ok());
    refresher_.RunOnce(kStart);
  }

  // Publishes where the relay has it, and the publisher's own node does not show it.
  void PublishBehindTheRelay() {
    relay_.SetNow(kStart + absl::Seconds(1));
    relay_.PublishTimestamp();
  }

  int64_t InForce() {
    const auto set = *InForceStore(&store_).Load(member_);
    return set.has_value() ? set->FindRole("timestamp")->version : 0;
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MemoryStore store_;
  RepositorySimulator direct_{kStart};
  RepositorySimulator relay_ = direct_;
  SimulatedClock clock_{kStart};
  SlowFetcher relay_fetcher_{&relay_, &clock_};
  Updater from_direct_{member_, &store_, &direct_};
  Updater from_relay_{member_, &store_, &relay_fetcher_};
  std::vector<absl::Status> seen_;
  std::vector<std::pair<size_t, std::optional<Reason>>> refused_;
  std::vector<std::pair<size_t, int64_t>> asked_;  // and what was in force
  Refresher refresher_{{&from_direct_, &from_relay_},
                       RefreshSchedule(),
                       [this](const VerifiedSet& verified, absl::Time now) {
                         return StoringIntake(&store_).Take(verified, WriteSet(), now);
                       },
                       {[this](const absl::Status& status, bool, const std::optional<InForceSet>&) {
                          seen_.push_back(status);
                        },
                        [this](size_t source, const absl::Status& status) {
                          refused_.emplace_back(source, ReasonOf(status));
                        },
                        [this](size_t source) { asked_.emplace_back(source, InForce()); }},
                       &clock_};
};

TEST_F(RelayTest, WhenThePublishersNodeIsOutOfReachTheRelayServes) {
  PublishBehindTheRelay();
  direct_.SetUnreachable(true);

  refresher_.RunOnce(kStart + absl::Seconds(60));

  EXPECT_TRUE(seen_.back().ok()) << seen_.back();
  EXPECT_EQ(InForce(), 2);
  // What the first one refused shows all the same.
  ASSERT_EQ(refused_.size(), 1u);
  EXPECT_EQ(refused_[0].first, 0u);
  EXPECT_EQ(refused_[0].second, Reason::kFetchFailed);
}

TEST_F(RelayTest, AHintOfTheRelayIsFollowedAtTheRelayWhenThePublishersNodeDoesNotShowIt) {
  PublishBehindTheRelay();
  asked_.clear();

  refresher_.Hint(2, 1);
  refresher_.RunOnce(kStart + absl::Seconds(2));

  EXPECT_EQ(InForce(), 2);
  EXPECT_THAT(asked_, ElementsAre(Pair(0, 1), Pair(1, 1)));
}

TEST_F(RelayTest, AHintOfTheRelayIsFollowedAtTheRelayFirstWhenThePublishersNodeFailedLast) {
  direct_.SetUnreachable(true);
  refresher_.RunOnce(kStart + absl::Seconds(60));
  PublishBehindTheRelay();
  asked_.clear();

  refresher_.Hint(2, 1);
  refresher_.RunOnce(kStart + absl::Seconds(119));

  EXPECT_EQ(InForce(), 2);
  EXPECT_THAT(asked_, ElementsAre(Pair(1, 1)));
}

TEST_F(RelayTest, ASilentSourceIsAskedAfterThoseThatAnswerUntilItsTimeHasCome) {
  direct_.SetUnreachable(true);
  refresher_.RunOnce(kStart + absl::Seconds(60));
  direct_.ForgetRequests();
  PublishBehindTheRelay();

  refresher_.Hint(2, 1);
  refresher_.Hint(3, 0);
  refresher_.RunOnce(kStart + absl::Seconds(60) + absl::Milliseconds(1));

  EXPECT_EQ(InForce(), 2);
  EXPECT_TRUE(direct_.requests().empty());
  refresher_.RunOnce(kStart + absl::Seconds(121));
  EXPECT_FALSE(direct_.requests().empty());
}

TEST_F(RelayTest, L4_ARelayThatHintsHighInVainDelaysNoHintOfThePublishersNode) {
  refresher_.RunOnce(kStart);
  refresher_.Hint(1000, 1);
  refresher_.RunOnce(kStart);
  direct_.SetNow(kStart + kInstant);
  direct_.PublishTimestamp();

  refresher_.Hint(2000, 1);
  refresher_.Hint(2, 0);
  refresher_.RunOnce(kStart + kInstant);

  EXPECT_EQ(InForce(), 2);
}

TEST_F(RelayTest, L4_ASlowRelayThatHintsHighHoldsUpNoUpdateAndRestsTenTimesAsLong) {
  constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();
  relay_fetcher_.Take(absl::Minutes(5));
  relay_.SetUnreachable(true);
  clock_.Advance(kInstant);
  direct_.SetNow(clock_.Now());
  direct_.PublishTimestamp();
  asked_.clear();

  refresher_.Hint(kHighest, 1);
  refresher_.RunOnce(clock_.Now());

  // The update was in force before the relay was asked.
  EXPECT_THAT(asked_, ElementsAre(Pair(0, 1), Pair(1, 2)));
  const absl::Time ended = clock_.Now();
  ASSERT_EQ(ended, kStart + kInstant + absl::Minutes(5));
  asked_.clear();
  for (absl::Time now = ended; now < ended + absl::Minutes(49); now += absl::Seconds(1)) {
    refresher_.Hint(kHighest, 1);
    refresher_.RunOnce(now);
  }
  EXPECT_THAT(asked_, Each(Pair(0, 2)));
  EXPECT_EQ(clock_.Now(), ended);
  direct_.SetNow(ended);
  direct_.PublishTimestamp();
  refresher_.Hint(3, 0);
  refresher_.RunOnce(ended + absl::Minutes(51));
  EXPECT_EQ(InForce(), 3);
}

// Both nodes have the same timestamp; only the relay has the root after it.
TEST_F(RelayTest, T08_ARootThatThePublishersNodeHoldsBackComesFromTheRelay) {
  relay_.AddKey("timestamp");
  relay_.PublishRoot();
  asked_.clear();

  EXPECT_TRUE(refresher_.HintRoot(1));
  EXPECT_FALSE(refresher_.HintRoot(1)) << "it is known to wait";
  refresher_.RunOnce(kStart + absl::Seconds(2));

  EXPECT_THAT(asked_, ElementsAre(Pair(0, 1), Pair(1, 1)));
  EXPECT_EQ(*MetadataStore(&store_).NewestVersion(member_, "root"), 2);
  EXPECT_EQ((*InForceStore(&store_).Load(member_))->FindRole("root")->version, 2);
}

TEST_F(RelayTest, T08_AForkUnderARootThatThePublishersNodeHoldsBackIsFoundWithThatRoot) {
  relay_.AddKey("timestamp");
  relay_.PublishRoot();
  relay_.DropKey("timestamp", 0);
  PublishBehindTheRelay();
  direct_.SetNow(kStart + absl::Seconds(2));
  direct_.PublishTimestamp();
  refresher_.RunOnce(kStart + absl::Seconds(60));
  ASSERT_EQ(InForce(), 2);

  refresher_.HintRoot(1);
  refresher_.RunOnce(kStart + absl::Seconds(61));

  ASSERT_FALSE(refused_.empty());
  EXPECT_EQ(refused_.back(), std::make_pair(size_t{1}, std::optional(Reason::kPublisherFrozen)));
  EXPECT_EQ(InForce(), 2);
}

TEST_F(RelayTest, L4_ARelayThatNamesARootInVainIsFollowedWithGrowingDistance) {
  refresher_.HintRoot(1);
  refresher_.RunOnce(kStart + absl::Seconds(2));
  asked_.clear();

  for (int i = 0; i < 100; ++i) {
    refresher_.HintRoot(1);
    refresher_.RunOnce(kStart + absl::Seconds(2) + i * absl::Milliseconds(1));
  }

  EXPECT_TRUE(asked_.empty());
}

TEST_F(RelayTest, AHintAtARootThatThePublishersNodeBringsItselfCostsTheRelayNothing) {
  direct_.AddKey("timestamp");
  direct_.PublishRoot();
  refresher_.HintRoot(1);
  asked_.clear();

  refresher_.RunOnce(kStart + absl::Seconds(2));

  EXPECT_THAT(asked_, ElementsAre(Pair(0, 1)));
  PublishBehindTheRelay();
  asked_.clear();
  refresher_.Hint(2, 1);
  refresher_.RunOnce(kStart + absl::Seconds(2) + kInstant);
  EXPECT_THAT(asked_, ElementsAre(Pair(0, 1), Pair(1, 1)));
}

TEST_F(RelayTest, L4_AmongRelaysThoseThatAnsweredLastAreAskedFirst) {
  RepositorySimulator other = direct_;
  direct_.SetUnreachable(true);
  relay_.SetUnreachable(true);
  other.SetNow(kStart + kInstant);
  other.PublishTimestamp();
  Updater from_other(member_, &store_, &other);
  std::vector<size_t> asked;
  Refresher refresher(
      {&from_direct_, &from_relay_, &from_other}, RefreshSchedule(),
      [this](const VerifiedSet& verified, absl::Time now) {
        return StoringIntake(&store_).Take(verified, WriteSet(), now);
      },
      {nullptr, nullptr, [&](size_t source) { asked.push_back(source); }}, &clock_);
  refresher.RunOnce(kStart + absl::Seconds(60));
  refresher.RunOnce(kStart + absl::Seconds(120));

  EXPECT_THAT(asked, ElementsAre(0, 1, 2, 0, 2));
}

TEST_F(RelayTest, WhatTheRelayForgesIsRefusedAndThePublishersNodeServes) {
  relay_.Serve("timestamp.json", RepositorySimulator(kStart).timestamp().bytes);

  refresher_.Hint(2, 1);
  refresher_.RunOnce(kStart + absl::Seconds(2));

  EXPECT_TRUE(seen_.back().ok()) << seen_.back();
  EXPECT_EQ(InForce(), 1);
}

TEST_F(RelayTest, WhenAllFailTheFirstOnesReasonIsTold) {
  relay_.Serve("timestamp.json", RepositorySimulator(kStart).timestamp().bytes);
  direct_.SetUnreachable(true);

  refresher_.RunOnce(kStart + absl::Seconds(60));

  EXPECT_EQ(ReasonOf(seen_.back()), Reason::kFetchFailed);
}

TEST(RefreshSpread, ShortensThePollByAtMostItsPart) {
  MemoryStore store;
  const SimulatedClock clock(kStart);
  RepositorySimulator repository(kStart);
  std::vector<std::unique_ptr<Updater>> updaters;
  MetadataStore metadata(&store);
  for (const char* name : {"a", "b", "c", "d"}) {
    const MemberId member = *MemberId::Parse(name);
    ASSERT_TRUE(InitTrust(member, repository.root(1), std::nullopt, &metadata).ok());
    updaters.push_back(std::make_unique<Updater>(member, &store, &repository));
    RefreshSchedule schedule;
    schedule.seed = updaters.size();
    Refresher refresher(
        {updaters.back().get()}, schedule,
        [](const VerifiedSet&, absl::Time) { return absl::OkStatus(); }, {}, &clock);
    const absl::Time next = refresher.RunOnce(kStart);
    EXPECT_LE(next, kStart + absl::Seconds(60));
    EXPECT_GE(next, kStart + absl::Seconds(48));
  }
}

}  // namespace
}  // namespace mrg
