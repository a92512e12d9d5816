#include "trustlist/repository/repin.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/timestamp_history.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// A follower of a publisher whose root keys are lost: `old_` is in force, `renewed_` has been made
// with other keys, and no signature leads from one to the other.
class RepinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    old_.PublishRoot();
    old_.Publish("j-31");
    renewed_.SetTarget("j-31", "31/after", "after the loss");
    renewed_.Publish("j-31");
    ASSERT_TRUE(InitTrust(member_, old_.root(1), std::nullopt, &metadata_).ok());
    ASSERT_TRUE(Updater(member_, &store_, &old_).Refresh(kStart).ok());
  }

  Repin Decision() const {
    return {member_, renewed_.root(1), *RootDigest(renewed_.root(1)), "fire in the vault"};
  }
  int64_t TrustedRoot() const { return *metadata_.NewestVersion(member_, "root"); }
  void ExpectNothingChanged() const {
    EXPECT_EQ(TrustedRoot(), 2);
    EXPECT_TRUE(InForceStore(&store_).Load(member_)->has_value());
    EXPECT_TRUE(RepinsOf(member_, store_)->empty());
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  RepositorySimulator old_{kStart};
  RepositorySimulator renewed_{kStart};
  mutable MemoryStore store_;
  MetadataStore metadata_{&store_};
};

TEST_F(RepinTest, WithoutADecisionTheNewRepositoryIsRefused) {
  EXPECT_FALSE(Updater(member_, &store_, &renewed_).Refresh(kStart).ok());
  ExpectNothingChanged();
}

TEST_F(RepinTest, AfterTheDecisionTheNewRepositoryIsFollowedAndTheOldOneIsNot) {
  const auto record = RepinPublisher(Decision(), kStart, &store_);

  ASSERT_TRUE(record.ok()) << record.status();
  const auto outcome = Updater(member_, &store_, &renewed_).Refresh(kStart);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->changed);
  EXPECT_NE(outcome->in_force.FindTarget("31/after"), nullptr);
  EXPECT_EQ(TrustedRoot(), 1) << "a chain of its own, whose versions begin anew";
  EXPECT_EQ(TimestampHistory(&store_).Chains(member_)->size(), 1u);
  EXPECT_EQ(ReasonOf(Updater(member_, &store_, &old_).Refresh(kStart).status()),
            Reason::kMetadataThreshold);
}

TEST_F(RepinTest, TheDecisionIsKeptWithBothRootsAndTheOperatorsWords) {
  ASSERT_TRUE(RepinPublisher(Decision(), kStart, &store_).ok());
  ASSERT_TRUE(Updater(member_, &store_, &renewed_).Refresh(kStart).ok());

  const auto repins = RepinsOf(member_, store_);

  ASSERT_TRUE(repins.ok());
  ASSERT_EQ(repins->size(), 1u);
  const trustlist::v1::StoredRepin& kept = repins->front();
  EXPECT_EQ(kept.old_root_version(), 2);
  EXPECT_EQ(kept.old_root_sha256(), *RootDigest(old_.root(2)));
  EXPECT_EQ(kept.new_root_version(), 1);
  EXPECT_EQ(kept.new_root_sha256(), *RootDigest(renewed_.root(1)));
  EXPECT_EQ(kept.because(), "fire in the vault");
  EXPECT_EQ(kept.at_us(), absl::ToUnixMicros(kStart));
}

TEST_F(RepinTest, AnotherPublisherIsAsItWas) {
  const MemberId other = *MemberId::Parse("yangtze-delta-2");
  ASSERT_TRUE(InitTrust(other, old_.root(1), std::nullopt, &metadata_).ok());
  ASSERT_TRUE(Updater(other, &store_, &old_).Refresh(kStart).ok());

  ASSERT_TRUE(RepinPublisher(Decision(), kStart, &store_).ok());

  EXPECT_EQ(*metadata_.NewestVersion(other, "root"), 2);
  EXPECT_TRUE(InForceStore(&store_).Load(other)->has_value());
}

TEST_F(RepinTest, AFileOfAnotherDigestIsRefused) {
  Repin other = Decision();
  other.root_sha256[0] ^= 1;
  EXPECT_EQ(ReasonOf(RepinPublisher(other, kStart, &store_).status()),
            Reason::kMemberRootUnconfirmed);
  ExpectNothingChanged();
}

TEST_F(RepinTest, ARootThatIsNotSignedByItsOwnKeysOrHasExpiredIsRefused) {
  Repin broken = Decision();
  const size_t at = broken.root.find("\"sig\": \"") + 8;
  broken.root[at] = broken.root[at] == '0' ? '1' : '0';
  EXPECT_EQ(ReasonOf(RepinPublisher(broken, kStart, &store_).status()), Reason::kMetadataThreshold);
  EXPECT_EQ(ReasonOf(RepinPublisher(Decision(), kStart + absl::Hours(24 * 400), &store_).status()),
            Reason::kMetadataExpired);
  ExpectNothingChanged();
}

TEST_F(RepinTest, M6_UnderTheTrustedRootAnOperatorLeavesAGapBehind) {
  for (int i = 0; i < 5; ++i) old_.PublishTimestamp();
  const int64_t before = (*InForceStore(&store_).Load(member_))->FindRole("timestamp")->version;
  old_.Withdraw(absl::StrCat(before + 2, ".timestamp.json"));
  Updater updater(member_, &store_, &old_);
  ASSERT_EQ(ReasonOf(updater.Refresh(kStart).status()), Reason::kGapUnproven);

  const Repin same = {member_, old_.root(2), *RootDigest(old_.root(2)), "asked by telephone"};
  ASSERT_TRUE(RepinPublisher(same, kStart, &store_).ok());

  const auto outcome = updater.Refresh(kStart);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->in_force.FindRole("timestamp")->version, before + 5);
  EXPECT_EQ(metadata_.RootChain(member_)->size(), 2u) << "what trust began with is not forgotten";
  const auto chains = *TimestampHistory(&store_).Chains(member_);
  ASSERT_EQ(chains.size(), 2u) << "nor what was shown before";
  EXPECT_EQ(chains[0].last, before);
  EXPECT_EQ(chains[1].first, before + 5);
  EXPECT_EQ(RepinsOf(member_, store_)->size(), 1u);
}

TEST_F(RepinTest, APublisherWithoutATrustedRootIsNotRepinned) {
  Repin stranger = Decision();
  stranger.publisher = *MemberId::Parse("stranger");
  EXPECT_EQ(ReasonOf(RepinPublisher(stranger, kStart, &store_).status()), Reason::kMemberUnknown);
  ExpectNothingChanged();
}

}  // namespace
}  // namespace mrg
