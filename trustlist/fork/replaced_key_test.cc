// Histories that part under keys that were replaced since (T08, ADR-0027).

#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/fork/testing/split_view.h"

namespace mrg {
namespace {

// A fork that a member covers with another timestamp key (ADR-0027).
class ReplacedKeyThreat : public SplitViewTest {
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

// One key was stolen, replaced and answered; with the other the member itself shows two histories,
// and replaces it, too.
TEST_F(ReplacedKeyThreat, S3_T08_AForkOfAnotherReplacedKeyDoesNotRideOnTheAnswer) {
  // Both keys are of the root that signed what is shown, and one of them is enough.
  repository_.AddKey("timestamp");
  repository_.PublishRoot();
  const RepositorySimulator both = repository_;
  Follower victim(&repository_);
  ASSERT_TRUE(victim.Refresh().ok());
  // The thief's history, under the first key alone.
  RepositorySimulator thief = both;
  thief.DropKey("timestamp", 1);
  Publish(&thief);
  // The member's own, under the second key alone, twice.
  repository_.DropKey("timestamp", 0);
  Publish(&repository_);
  RepositorySimulator other = both;
  other.DropKey("timestamp", 0);
  Publish(&other);
  ASSERT_TRUE(victim.Refresh().ok());
  repository_.PublishRoot();  // the first key is listed no more
  Publish(&repository_);
  ASSERT_TRUE(victim.Refresh().ok());
  victim.ShowFile(thief.timestamp().bytes);
  ASSERT_EQ(victim.Forks().size(), 1u);
  victim.ResumeAll();
  ASSERT_FALSE(victim.Frozen());
  ReplaceKey();  // nor is the second
  Publish(&repository_);
  ASSERT_TRUE(victim.Refresh().ok());

  victim.ShowFile(other.timestamp().bytes);

  EXPECT_TRUE(victim.Frozen());
  EXPECT_EQ(victim.Forks().size(), 2u);
}

}  // namespace
}  // namespace mrg
