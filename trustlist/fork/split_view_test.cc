// Followers that are shown different histories of one publisher (T08), from the refresh to the
// exchange of heads.

#include "trustlist/fork/testing/split_view.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Threat = SplitViewTest;

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

// The two followers are shown one history each, and then compare.
class ShownApart : public SplitViewTest {
 protected:
  void ShowEachItsOwnAndExchange() {
    Publish(&repository_);
    Publish(&twin_);
    ASSERT_TRUE(left_.Refresh().ok());
    ASSERT_TRUE(right_.Refresh().ok());
    left_.Exchange(right_);
    right_.Exchange(left_);
  }
};

// The chains have other names, since the keys of the role are others.
TEST_F(ShownApart, T08_ARootThatOneFollowerAloneIsShownHidesNoFork) {
  twin_.AddKey("timestamp");
  twin_.PublishRoot();
  ShowEachItsOwnAndExchange();

  EXPECT_TRUE(left_.Frozen());
  EXPECT_TRUE(right_.Frozen());
  ASSERT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.ForkIds(), right_.ForkIds());
}

TEST_F(ShownApart, T08_NorDoesOneWhoseNewKeySignsAlone) {
  twin_.AddKey("timestamp");
  twin_.PublishRoot();
  twin_.DropKey("timestamp", 0);
  ShowEachItsOwnAndExchange();

  EXPECT_TRUE(right_.Frozen());
  EXPECT_FALSE(left_.Frozen()) << "it has not seen the root that takes both";
  EXPECT_THAT(left_.NewerRootsOf(right_), ElementsAre(Publisher()));
  EXPECT_THAT(right_.NewerRootsOf(left_), IsEmpty());
}

TEST_F(Threat, T08_FollowersOfOneHistoryAgreeAcrossANewKey) {
  for (int i = 0; i < 3; ++i) Publish(&repository_);
  ASSERT_TRUE(left_.Refresh().ok());
  twin_ = repository_;
  twin_.AddKey("timestamp");
  twin_.PublishRoot();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(right_.Refresh().ok());
    EXPECT_EQ(left_.Exchange(right_), 0);
    EXPECT_EQ(right_.Exchange(left_), 0);
    Publish(&twin_);
  }

  EXPECT_FALSE(left_.Frozen());
  EXPECT_FALSE(right_.Frozen());
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

// Who passes files on can add to their signatures, which nobody signed.
TEST_F(Threat, S3_T08_AnAnsweredForkIsNotAskedAboutAgainForASignatureThatAnybodyCanAdd) {
  Publish(&repository_);
  Publish(&twin_);
  ASSERT_TRUE(left_.Refresh().ok());
  ASSERT_TRUE(right_.Refresh().ok());
  ASSERT_EQ(left_.Exchange(right_), 1);
  left_.ResumeAll();

  for (int i = 0; i < 3; ++i) {
    std::string bytes = twin_.timestamp().bytes;
    const std::string signatures = "\"signatures\": [";
    const size_t found = bytes.find(signatures);
    ASSERT_NE(found, std::string::npos) << bytes;
    bytes.insert(found + signatures.size(),
                 absl::StrCat(R"({"keyid":")", i, std::string(63, 'a'), R"(","sig":"00"},)"));
    left_.ShowFile(bytes);
  }

  EXPECT_FALSE(left_.Frozen());
  EXPECT_EQ(left_.Forks().size(), 1u);
  EXPECT_EQ(left_.alarms(), 1);
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
