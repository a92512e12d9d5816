#include "trustlist/fork/fork_evidence.h"

#include <functional>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using trustlist::v1::ForkEvidence;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class ForkEvidenceTest : public ::testing::Test {
 protected:
  // Signs one more timestamp, a second after the last one. Result: its bytes.
  std::string NextTimestamp(RepositorySimulator* repository) {
    repository->SetNow(now_ += absl::Seconds(1));
    repository->PublishTimestamp();
    return repository->timestamp().bytes;
  }

  std::optional<ForkEvidence> Find(absl::string_view role, absl::string_view a,
                                   absl::string_view b) const {
    return FindFork(member_, roots_, role, a, b, kStart);
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  absl::Time now_ = kStart;
  RepositorySimulator repository_{kStart};
  RepositorySimulator twin_ = repository_;  // with the same keys
  std::vector<std::string> roots_ = {repository_.root(1)};
};

using Threat = ForkEvidenceTest;

TEST_F(Threat, T08_TwoContentsOfOneTimestampVersionAreProofInEitherOrder) {
  const std::string ours = NextTimestamp(&repository_);
  const std::string theirs = NextTimestamp(&twin_);

  const auto found = Find("timestamp", ours, theirs);
  const auto turned = Find("timestamp", theirs, ours);

  ASSERT_TRUE(found.has_value());
  ASSERT_TRUE(turned.has_value());
  EXPECT_EQ(ForkEvidenceId(*found), ForkEvidenceId(*turned));
  const auto finding = CheckForkEvidence(*found);
  ASSERT_TRUE(finding.ok()) << finding.status();
  EXPECT_EQ(finding->publisher, member_);
  EXPECT_EQ(finding->first_root_sha256, *RootDigest(roots_[0]));
  EXPECT_EQ(finding->role, "timestamp");
  EXPECT_EQ(finding->first_version, 2);
  EXPECT_EQ(finding->second_version, 2);
  EXPECT_LT(finding->first_sha256, finding->second_sha256);
}

TEST_F(Threat, T08_ATimestampThatNamesAnotherPredecessorIsProof) {
  const std::string ours = NextTimestamp(&repository_);
  NextTimestamp(&twin_);
  const std::string after_theirs = NextTimestamp(&twin_);

  const auto found = Find("timestamp", after_theirs, ours);

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->first(), ours);
  EXPECT_EQ(found->second(), after_theirs);
  const auto finding = CheckForkEvidence(*found);
  ASSERT_TRUE(finding.ok()) << finding.status();
  EXPECT_EQ(finding->first_version, 2);
  EXPECT_EQ(finding->second_version, 3);
}

TEST_F(ForkEvidenceTest, B07_NothingFollowsAProofInItsFile) {
  const std::string ours = NextTimestamp(&repository_);
  const std::string bytes = CanonicalBytes(*Find("timestamp", ours, NextTimestamp(&twin_)));
  ASSERT_TRUE(ParseForkEvidence(bytes).ok());

  for (const std::string& after :
       {std::string(1, '\0'), std::string("{}"), std::string("\xf8\x07\x01"), bytes}) {
    EXPECT_EQ(ReasonOf(ParseForkEvidence(bytes + after).status()), Reason::kForkEvidenceInvalid);
  }
}

TEST_F(Threat, T08_TwoRootsAfterOneAreProof) {
  repository_.AddKey("targets");
  repository_.PublishRoot();
  twin_.AddKey("snapshot");
  twin_.PublishRoot();

  const auto found = Find("root", repository_.root(2), twin_.root(2));

  ASSERT_TRUE(found.has_value());
  const auto finding = CheckForkEvidence(*found);
  ASSERT_TRUE(finding.ok()) << finding.status();
  EXPECT_EQ(finding->role, "root");
  EXPECT_EQ(finding->root_version, 1);
  EXPECT_EQ(finding->first_version, 2);
}

TEST_F(ForkEvidenceTest, AProofHoldsTheChainUpToTheFirstRootWhoseKeysSignedBoth) {
  const auto publish_root = [this] {
    repository_.PublishRoot();
    roots_.push_back(repository_.root(static_cast<int64_t>(roots_.size()) + 1));
  };
  repository_.DropKeys("timestamp");
  repository_.AddKey("timestamp");
  publish_root();
  twin_ = repository_;
  const std::string ours = NextTimestamp(&repository_);
  const std::string theirs = NextTimestamp(&twin_);
  const auto earlier = Find("timestamp", ours, theirs);
  repository_.AddKey("targets");
  publish_root();
  repository_.DropKeys("timestamp");
  repository_.AddKey("timestamp");
  publish_root();

  const auto found = Find("timestamp", ours, theirs);

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->roots_size(), 2);
  EXPECT_EQ(CheckForkEvidence(*found)->root_version, 2);
  EXPECT_EQ(ForkEvidenceId(*found), ForkEvidenceId(*earlier));
  EXPECT_FALSE(KeysWereReplaced(*found, roots_[1]));
  EXPECT_FALSE(KeysWereReplaced(*found, roots_[2]));
  EXPECT_TRUE(KeysWereReplaced(*found, roots_[3]));
}

TEST_F(ForkEvidenceTest, AHonestChainIsNoProof) {
  const std::string second = NextTimestamp(&repository_);
  const std::string third = NextTimestamp(&repository_);
  const std::string fourth = NextTimestamp(&repository_);

  EXPECT_FALSE(Find("timestamp", second, second).has_value());
  EXPECT_FALSE(Find("timestamp", second, third).has_value());
  EXPECT_FALSE(Find("timestamp", second, fourth).has_value());
  EXPECT_FALSE(Find("root", repository_.root(1), repository_.root(1)).has_value());
}

TEST_F(ForkEvidenceTest, WhatOtherKeysSignedIsNoProof) {
  const std::string ours = NextTimestamp(&repository_);
  RepositorySimulator stranger(kStart);
  const std::string theirs = NextTimestamp(&stranger);
  EXPECT_FALSE(Find("timestamp", ours, theirs).has_value());

  // After a rotation versions may start anew.
  repository_.DropKeys("timestamp");
  repository_.AddKey("timestamp");
  repository_.PublishRoot();
  roots_.push_back(repository_.root(2));
  repository_.SetTimestampVersion(1);
  EXPECT_FALSE(Find("timestamp", ours, NextTimestamp(&repository_)).has_value());
}

TEST_F(ForkEvidenceTest, FilesOfOtherRolesAndGarbageAreNoProof) {
  EXPECT_FALSE(Find("snapshot", repository_.snapshot().bytes, twin_.snapshot().bytes).has_value());
  EXPECT_FALSE(Find("timestamp", "{}", "not JSON").has_value());
  EXPECT_FALSE(Find("timestamp", repository_.root(1), NextTimestamp(&repository_)).has_value());
}

TEST_F(ForkEvidenceTest, ChangedProofsAreRefused) {
  const ForkEvidence good = *Find("timestamp", NextTimestamp(&repository_), NextTimestamp(&twin_));
  ASSERT_TRUE(CheckForkEvidence(good).ok());
  RepositorySimulator stranger(kStart);
  const std::vector<std::function<void(ForkEvidence*)>> edits = {
      [](ForkEvidence* e) { e->set_publisher("No Member"); },
      [](ForkEvidence* e) { e->clear_roots(); },
      [](ForkEvidence* e) { e->add_roots(e->roots(0)); },
      [&](ForkEvidence* e) { e->set_roots(0, stranger.root(1)); },
      [](ForkEvidence* e) { e->set_roots(0, "{}"); },
      [](ForkEvidence* e) { e->set_role("snapshot"); },
      [](ForkEvidence* e) { e->set_role("root"); },
      [](ForkEvidence* e) { e->clear_role(); },
      [](ForkEvidence* e) { e->set_first(e->second()); },
      [](ForkEvidence* e) { e->clear_second(); },
      [&](ForkEvidence* e) { e->set_second(NextTimestamp(&stranger)); },
      [](ForkEvidence* e) {
        std::string* first = e->mutable_first();
        (*first)[first->find("\"expires\":\"20") + 13] ^= 1;
      },
  };
  for (size_t i = 0; i < edits.size(); ++i) {
    ForkEvidence changed = good;
    edits[i](&changed);
    EXPECT_EQ(ReasonOf(CheckForkEvidence(changed).status()), Reason::kForkEvidenceInvalid) << i;
  }
}

TEST_F(ForkEvidenceTest, TheIdIsOfTheProofAndNotOfItsFinding) {
  ForkEvidence evidence = *Find("timestamp", NextTimestamp(&repository_), NextTimestamp(&twin_));
  const std::string id = ForkEvidenceId(evidence);
  evidence.mutable_found_at()->set_seconds(1);
  EXPECT_EQ(ForkEvidenceId(evidence), id);
  evidence.set_publisher("another");
  EXPECT_NE(ForkEvidenceId(evidence), id);
}

}  // namespace
}  // namespace mrg
