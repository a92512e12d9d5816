// Followers that are shown different histories of one publisher (THREATS T08), from the refresh to
// the exchange of heads.

#include <memory>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

const MemberId& Publisher() {
  static const MemberId* const publisher = new MemberId(*MemberId::Parse("yangtze-delta"));
  return *publisher;
}

// One node that follows the publisher.
class Follower {
 public:
  explicit Follower(RepositorySimulator* shown)
      : updater_(Publisher(), &memory_, shown, {}, OnFork()), exchange_(&memory_, OnFork()) {
    MetadataStore metadata(&memory_);
    EXPECT_TRUE(InitTrust(Publisher(), shown->root(1), std::nullopt, &metadata).ok());
  }

  absl::Status Refresh() { return updater_.Refresh(kStart).status(); }

  // One exchange: this node shows its newest heads to `peer`, and gets its heads and files.
  int Exchange(const Follower& peer) {
    const std::vector<Head> newest = *exchange_.NewestHeadsOf(Publisher());
    EXPECT_TRUE(exchange_.Compare(*peer.exchange_.FilesAgainst(newest, 64), kStart).ok());
    return *exchange_.CountContradictions(*peer.exchange_.HeadsOf(Publisher()));
  }

  int64_t Trusted() { return *MetadataStore(&memory_).NewestVersion(Publisher(), "timestamp"); }
  int64_t InForce() {
    return (*InForceStore(&memory_).Load(Publisher()))->FindRole("timestamp")->version;
  }
  bool Frozen() { return *ForkStore(&memory_).IsFrozen(Publisher()); }
  std::vector<KeptFork> Forks() const { return *ForkStore(&memory_).List(Publisher()); }
  std::vector<std::string> ForkIds() const {
    std::vector<std::string> ids;
    for (const KeptFork& fork : Forks()) ids.push_back(fork.id);
    return ids;
  }
  void ResumeAll() {
    for (const KeptFork& fork : Forks()) {
      EXPECT_TRUE(ForkStore(&memory_).Resume(Publisher(), fork.id, "cleared", kStart).ok());
    }
  }
  int alarms() const { return alarms_; }

 private:
  OnForkFn OnFork() {
    return [this](const trustlist::v1::ForkEvidence& evidence) {
      ++alarms_;
      EXPECT_TRUE(CheckForkEvidence(evidence).ok());
    };
  }

  int alarms_ = 0;
  mutable MemoryStore memory_;
  Updater updater_;
  HeadExchange exchange_;
};

class Threat : public ::testing::Test {
 protected:
  Threat() {
    EXPECT_TRUE(left_.Refresh().ok());
    EXPECT_TRUE(right_.Refresh().ok());
  }

  void Publish(RepositorySimulator* repository) {
    repository->SetNow(now_ += absl::Seconds(1));
    repository->PublishTimestamp();
  }

  absl::Time now_ = kStart;
  RepositorySimulator repository_{kStart};
  RepositorySimulator twin_ = repository_;  // another view, signed with the same keys
  Follower left_{&repository_};
  Follower right_{&twin_};
};

TEST_F(Threat, T08_TheSameVersionWithOtherContentFreezesThePublisher) {
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  Publish(&twin_);
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);

  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);

  EXPECT_TRUE(left_.Frozen());
  EXPECT_EQ(left_.alarms(), 1);
  EXPECT_EQ(left_.Trusted(), 2);
  EXPECT_EQ(left_.InForce(), 2);
}

TEST_F(Threat, T08_ATimestampThatDoesNotContinueTheTrustedOneFreezesThePublisher) {
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  Publish(&twin_);
  Publish(&twin_);
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);

  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);

  EXPECT_EQ(left_.alarms(), 1);
  EXPECT_EQ(left_.Trusted(), 2);
}

TEST_F(Threat, T08_AForkBehindAGapIsFoundWhileTheGapIsClosed) {
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());  // trusts 2
  for (int i = 0; i < 4; ++i) Publish(&twin_);
  // The other view from now on: its 5 does not name our 2, but its 3 would have to.
  for (const char* name :
       {"timestamp.json", "3.timestamp.json", "4.timestamp.json", "5.timestamp.json"}) {
    repository_.Serve(name, twin_.served(name));
  }

  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);

  EXPECT_TRUE(left_.Frozen());
  EXPECT_EQ(left_.InForce(), 2);
}

TEST_F(Threat, T08_TwoViewsOfOneVersionShowInOneExchange) {
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());

  EXPECT_EQ(left_.Exchange(right_), 1);
  EXPECT_EQ(right_.Exchange(left_), 1);

  EXPECT_TRUE(left_.Frozen());
  EXPECT_TRUE(right_.Frozen());
  ASSERT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.Forks()[0].id, right_.Forks()[0].id);
  // Neither goes on, and neither goes back.
  Publish(&repository_);
  Publish(&twin_);
  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);
  EXPECT_EQ(ReasonOf(right_.Refresh()), Reason::kPublisherFrozen);
  EXPECT_EQ(left_.InForce(), 2);
  EXPECT_EQ(left_.Trusted(), 2);
}

TEST_F(Threat, T08_ViewsThatPartedEarlierShowInOneExchangeHoweverFarTheyAre) {
  for (int i = 0; i < 3; ++i) Publish(&repository_);
  for (int i = 0; i < 9; ++i) Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());   // jumps from 1 to 4
  ASSERT_TRUE(right_.Refresh().ok());  // jumps from 1 to 10

  EXPECT_GT(left_.Exchange(right_), 0);
  EXPECT_GT(right_.Exchange(left_), 0);

  EXPECT_TRUE(left_.Frozen());
  EXPECT_TRUE(right_.Frozen());
}

TEST_F(Threat, T08_TwoRootsShowInOneExchange) {
  repository_.AddKey("targets");
  repository_.PublishRoot();
  twin_.AddKey("snapshot");
  twin_.PublishRoot();
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());

  EXPECT_EQ(left_.Exchange(right_), 1);

  ASSERT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.Forks()[0].fork.evidence().role(), "root");
}

TEST_F(Threat, T08_APeerCannotMakeUpAFork) {
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  RepositorySimulator stranger(kStart);
  Publish(&stranger);
  Follower liar(&stranger);
  ASSERT_TRUE(liar.Refresh().ok());

  // Its heads contradict, and what stands behind them is signed by nobody who counts.
  EXPECT_GT(left_.Exchange(liar), 0);

  EXPECT_FALSE(left_.Frozen());
  EXPECT_EQ(left_.Exchange(liar), 0) << "the same heads were counted again";
}

TEST_F(Threat, T08_FollowersOfOneHistoryAgreeWhereverTheyStand) {
  for (int i = 0; i < 3; ++i) Publish(&repository_);
  Follower behind(&repository_);
  ASSERT_TRUE(behind.Refresh().ok());
  for (int i = 0; i < 40; ++i) Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());

  EXPECT_EQ(left_.Exchange(behind), 0);
  EXPECT_EQ(behind.Exchange(left_), 0);
  EXPECT_FALSE(left_.Frozen());
}

TEST_F(Threat, T08_AfterAnOperatorDecidedTheNodeGoesOnAndNeverBack) {
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());
  ASSERT_EQ(left_.Exchange(right_), 1);
  left_.ResumeAll();

  // The other content of the version that is trusted is still not taken ...
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);
  EXPECT_TRUE(left_.Refresh().ok());
  EXPECT_EQ(left_.Exchange(right_), 0);
  EXPECT_FALSE(left_.Frozen());
  EXPECT_EQ(left_.alarms(), 1);
  EXPECT_EQ(left_.InForce(), 2);
  // ... but what continues either history is.
  Publish(&twin_);
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);
  EXPECT_TRUE(left_.Refresh().ok());
  EXPECT_EQ(left_.InForce(), 3);
  EXPECT_EQ(left_.alarms(), 1);
}

// What was seen of the other history, and in which order, does not make two forks of one.
TEST_F(Threat, T08_WhatContinuesAForkIsTheSameForkInAnyOrder) {
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  Publish(&twin_);
  ASSERT_TRUE(right_.Refresh().ok());
  Publish(&twin_);
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);
  ASSERT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);
  ASSERT_EQ(left_.Forks().size(), 1u);  // our 2 and the other 3

  EXPECT_EQ(left_.Exchange(right_), 1);  // the other 2

  EXPECT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.alarms(), 1);
  left_.ResumeAll();
  Follower again(&twin_);
  ASSERT_TRUE(again.Refresh().ok());
  EXPECT_EQ(left_.Exchange(again), 1);
  EXPECT_FALSE(left_.Frozen());
  EXPECT_EQ(left_.alarms(), 1);
}

TEST_F(Threat, T08_AForkOfAnAnsweredForkFreezesAgain) {
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());
  ASSERT_EQ(left_.Exchange(right_), 1);
  left_.ResumeAll();
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  repository_.Serve("timestamp.json", twin_.timestamp().bytes);

  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);

  EXPECT_EQ(left_.alarms(), 2);
  EXPECT_EQ(left_.InForce(), 3);
}

// A fork that a member covers with another timestamp key (ADR-0027).
class ReplacedKeyThreat : public Threat {
 protected:
  // Each follower takes version 2 of another view.
  void ShowTwoHistories() {
    Publish(&repository_);
    Publish(&twin_);
    ASSERT_TRUE(left_.Refresh().ok());
    ASSERT_TRUE(right_.Refresh().ok());
  }

  void ReplaceKey(const std::string& role = "timestamp") {
    repository_.DropKeys(role);
    repository_.AddKey(role);
    repository_.PublishRoot();
  }

  // From now on everybody is shown one history.
  void FollowTogether() {
    twin_ = repository_;
    ASSERT_TRUE(left_.Refresh().ok());
    ASSERT_TRUE(right_.Refresh().ok());
  }

  void ExpectProof(const Follower& follower, int64_t first, int64_t second, bool keys_replaced) {
    const std::vector<KeptFork> forks = follower.Forks();
    ASSERT_EQ(forks.size(), 1u);
    EXPECT_EQ(forks[0].fork.keys_replaced(), keys_replaced);
    const auto finding = CheckForkEvidence(forks[0].fork.evidence());
    ASSERT_TRUE(finding.ok()) << finding.status();
    EXPECT_EQ(finding->first_root_sha256, *RootDigest(repository_.root(1)));
    EXPECT_EQ(finding->root_version, 1) << "the root whose keys signed both";
    EXPECT_EQ(finding->first_version, first);
    EXPECT_EQ(finding->second_version, second);
  }
};

TEST_F(ReplacedKeyThreat, T08_ANewTimestampKeyDoesNotTakeTheProofAway) {
  ShowTwoHistories();
  ReplaceKey();
  Publish(&repository_);
  FollowTogether();

  EXPECT_EQ(left_.Exchange(right_), 1);
  EXPECT_EQ(right_.Exchange(left_), 1);

  EXPECT_TRUE(left_.Frozen());
  EXPECT_TRUE(right_.Frozen());
  ExpectProof(left_, 2, 2, /*keys_replaced=*/true);
  EXPECT_EQ(left_.ForkIds(), right_.ForkIds());
}

// The timestamp's key holds, so that what it signs next has to go on from what it signed before.
TEST_F(ReplacedKeyThreat, T08_NorDoesANewSnapshotKey) {
  ShowTwoHistories();
  ReplaceKey("snapshot");
  repository_.PublishSnapshot();
  Publish(&repository_);
  twin_ = repository_;

  EXPECT_TRUE(left_.Refresh().ok());
  EXPECT_EQ(ReasonOf(right_.Refresh()), Reason::kPublisherFrozen);

  ExpectProof(right_, 2, 3, /*keys_replaced=*/false);
  EXPECT_EQ(left_.Exchange(right_), 1);
  ExpectProof(left_, 2, 2, /*keys_replaced=*/false);
}

TEST_F(ReplacedKeyThreat, T08_FollowersAtDifferentRootsFindTheSameProof) {
  ShowTwoHistories();
  ReplaceKey();
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());

  EXPECT_EQ(left_.Exchange(right_), 1);
  EXPECT_EQ(right_.Exchange(left_), 1);

  ExpectProof(left_, 2, 2, /*keys_replaced=*/true);
  ExpectProof(right_, 2, 2, /*keys_replaced=*/false);
  EXPECT_EQ(left_.ForkIds(), right_.ForkIds());
}

TEST_F(ReplacedKeyThreat, T08_AVersionThatStandsAgainUnderTheNewKeyDoesNotCoverTheFork) {
  ShowTwoHistories();
  ReplaceKey();
  repository_.SetTimestampVersion(1);
  Publish(&repository_);
  FollowTogether();
  ASSERT_EQ(left_.InForce(), 2);

  EXPECT_EQ(left_.Exchange(right_), 1);

  ExpectProof(left_, 2, 2, /*keys_replaced=*/true);
}

TEST_F(ReplacedKeyThreat, T08_VersionsThatBeginAnewUnderANewKeyAreNoFork) {
  for (int i = 0; i < 4; ++i) Publish(&repository_);
  twin_ = repository_;
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());
  ReplaceKey();
  repository_.SetTimestampVersion(1);
  for (int i = 0; i < 2; ++i) Publish(&repository_);

  EXPECT_TRUE(left_.Refresh().ok());

  EXPECT_EQ(left_.InForce(), 3);
  EXPECT_EQ(left_.Exchange(right_), 0);
  EXPECT_EQ(right_.Exchange(left_), 0);
  FollowTogether();
  EXPECT_EQ(left_.Exchange(right_), 0);
  EXPECT_FALSE(left_.Frozen());
  EXPECT_FALSE(right_.Frozen());
}

// What one root's keys signed twice is a fork, whatever another root lists beside them.
TEST_F(ReplacedKeyThreat, T08_AVersionThatStandsAgainUnderAKeyThatStaysIsAFork) {
  for (int i = 0; i < 2; ++i) Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  repository_.AddKey("timestamp");
  repository_.PublishRoot();
  repository_.SetTimestampVersion(1);
  Publish(&repository_);

  EXPECT_EQ(ReasonOf(left_.Refresh()), Reason::kPublisherFrozen);

  ExpectProof(left_, 1, 2, /*keys_replaced=*/false);
  EXPECT_EQ(left_.InForce(), 3);
}

// A stolen key was replaced, and the thief sides with a member that follows.
TEST_F(ReplacedKeyThreat, T08_WhoHoldsAReplacedKeyFreezesOnceAndNotAgain) {
  for (int i = 0; i < 4; ++i) {
    Publish(&repository_);
    ASSERT_TRUE(left_.Refresh().ok());
  }
  ReplaceKey();
  Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  Publish(&twin_);
  ASSERT_TRUE(right_.Refresh().ok());
  EXPECT_EQ(left_.Exchange(right_), 1);
  EXPECT_TRUE(left_.Frozen());
  left_.ResumeAll();

  for (int i = 0; i < 2; ++i) {
    Publish(&twin_);
    ASSERT_TRUE(right_.Refresh().ok());
    EXPECT_EQ(left_.Exchange(right_), 1);
  }

  EXPECT_FALSE(left_.Frozen());
  EXPECT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.alarms(), 1);
  Publish(&repository_);
  EXPECT_TRUE(left_.Refresh().ok());
  EXPECT_EQ(left_.InForce(), 7);
}

TEST(HeadExchange, HeadsAreOfEveryRootAndTheKeptTimestamps) {
  RepositorySimulator repository(kStart);
  MemoryStore memory;
  MetadataStore metadata(&memory);
  ASSERT_TRUE(InitTrust(Publisher(), repository.root(1), std::nullopt, &metadata).ok());
  Updater updater(Publisher(), &memory, &repository);
  EXPECT_THAT(*HeadExchange(&memory).HeadsOf(*MemberId::Parse("hub")), IsEmpty());
  for (int i = 0; i < 40; ++i) {
    repository.PublishTimestamp();
    ASSERT_TRUE(updater.Refresh(kStart).ok());
  }

  const std::vector<Head> heads = *HeadExchange(&memory).HeadsOf(Publisher());

  ASSERT_EQ(heads.size(), 1u + 32u);
  EXPECT_EQ(heads[0].role, "root");
  EXPECT_EQ(heads[0].version, 1);
  EXPECT_EQ(heads[0].previous_sha256, "");
  EXPECT_EQ(heads[0].keys_sha256, "");
  EXPECT_EQ(heads[1].role, "timestamp");
  EXPECT_EQ(heads[1].keys_sha256, *metadata.TimestampKeys(Publisher()));
  EXPECT_EQ(heads[1].version, 10);
  EXPECT_EQ(heads[32].version, 41);
  EXPECT_EQ(heads[32].root_version, 1);
  EXPECT_EQ(heads[32].previous_sha256, heads[31].signed_sha256);
}

}  // namespace
}  // namespace mrg
