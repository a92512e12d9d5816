#include "trustlist/repository/repository_publisher.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/own_repository.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using RepositoryPublisherTest = OwnRepositoryTest;

TEST_F(RepositoryPublisherTest, FirstPublicationIsInForceAndServesAFollower) {
  const Publication first = First();

  const auto set = publisher_->Publish(first, kStart);

  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_NE(set->FindTarget("31/issuers"), nullptr);
  EXPECT_EQ(set->FindTarget("31/status/licences")->role, "status");
  EXPECT_TRUE(set->FindTarget("31/status/licences")->is_tree);
  EXPECT_EQ(set->FindRole("timestamp")->expires, kStart + absl::Hours(1));
  EXPECT_EQ(set->FindRole("snapshot")->expires, kStart + absl::Hours(24 * 7));
  EXPECT_EQ(set->FindRole("status")->expires, kStart + absl::Hours(24));
  EXPECT_THAT(told_, ElementsAre(1));

  MemoryStore other;
  MetadataStore metadata(&other);
  ASSERT_TRUE(InitTrust(member_, first.metadata[0].second, std::nullopt, &metadata).ok());
  ReaderFetcher fetcher(member_, &store_);
  const auto followed = Updater(member_, &other, &fetcher).Refresh(kStart);
  ASSERT_TRUE(followed.ok()) << followed.status();
  EXPECT_TRUE(SameInForce(followed->in_force, *set));

  // And the follower serves it on.
  MemoryStore third;
  MetadataStore third_metadata(&third);
  ReaderFetcher relay(member_, &other);
  ASSERT_TRUE(
      InitTrustFromPeer(member_, *RootDigest(first.metadata[0].second), &relay, &third_metadata)
          .ok());
  const auto relayed = Updater(member_, &third, &relay).Refresh(kStart);
  ASSERT_TRUE(relayed.ok()) << relayed.status();
  EXPECT_TRUE(SameInForce(relayed->in_force, *set));
}

TEST_F(RepositoryPublisherTest, SamePublicationAgainWritesNothing) {
  const Publication first = First();
  ASSERT_TRUE(publisher_->Publish(first, kStart).ok());
  const std::string before = store_.Dump();

  const auto again = publisher_->Publish(first, kStart + absl::Minutes(1));

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(store_.Dump(), before);
  EXPECT_THAT(told_, ElementsAre(1));
}

TEST_F(RepositoryPublisherTest, TimestampsFormAChainWithoutGaps) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::string first = (*publisher_->InForce())->FindRole("timestamp")->signed_sha256;
  ASSERT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());

  const auto bytes = RepositoryReader(&store_).ReadMetadata(member_, "timestamp", std::nullopt);
  const auto timestamp = TimestampMetadata::Parse(*SignedEnvelope::Parse(*bytes));
  ASSERT_TRUE(timestamp.ok());
  EXPECT_EQ(timestamp->header.version, 2);
  EXPECT_EQ(timestamp->previous->version, 1);
  EXPECT_EQ(timestamp->previous->signed_sha256, first);
}

TEST_F(RepositoryPublisherTest, UnsignedWrongVersionOrMissingFilesAreRefused) {
  ExpectRefused({{{"targets", Next(&*targets_draft_, *targets_)}}, {}, {}},
                Reason::kMetadataNotFound);
  targets_draft_->SetVersion(0);
  Publication first = First();
  Publication without_j31 = first;
  without_j31.metadata.pop_back();
  ExpectRefused(without_j31, Reason::kMetadataNotFound);
  Publication without_content = first;
  without_content.targets.clear();
  ExpectRefused(without_content, Reason::kTargetNotFound);
  Publication wrong_signer = first;
  MetadataDraft forged = *j31_draft_;
  forged.SetVersion(1);
  ASSERT_TRUE(forged.Sign(*status_).ok());
  wrong_signer.metadata[2].second = forged.Bytes();
  ExpectRefused(wrong_signer, Reason::kMetadataThreshold);
  Publication by_hand = first;
  by_hand.metadata.push_back({"timestamp", first.metadata[1].second});
  ExpectRefused(by_hand, Reason::kMetadataMalformed);
  Publication climbing = first;
  climbing.metadata.push_back({"../j-31.json", first.metadata[2].second});
  ExpectRefused(climbing, Reason::kMetadataMalformed);
  Publication misnamed = first;
  misnamed.metadata[0].first = "2.root.json";
  ExpectRefused(misnamed, Reason::kMetadataMismatch);
  ExpectRefused(first, Reason::kMetadataExpired, kStart + absl::Hours(24 * 366));

  EXPECT_TRUE(publisher_->Publish(first, kStart).ok());
}

TEST_F(RepositoryPublisherTest, OlderOrDifferingFileOfAVersionInForceIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::string first = j31_draft_->Bytes();
  ASSERT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());

  ExpectRefused({{{"j-31", first}}, {}, {}}, Reason::kMetadataRollback);
  j31_draft_->RemoveTarget("31/issuers");
  ASSERT_TRUE(j31_draft_->Sign(*j31_).ok());
  ExpectRefused({{{"j-31", j31_draft_->Bytes()}}, {}, {}}, Reason::kMetadataMismatch);
  EXPECT_EQ(InForce("j-31"), 2);
}

TEST_F(RepositoryPublisherTest, NewFileOfADelegatedRoleThatHasExpiredIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  j31_draft_->SetVersion(2);
  j31_draft_->SetExpires(kStart);
  ASSERT_TRUE(j31_draft_->Sign(*j31_).ok());

  ExpectRefused({{{"j-31", j31_draft_->Bytes()}}, {}, {}}, Reason::kMetadataExpired);

  EXPECT_EQ(InForce("j-31"), 1);
  // One that expired while it was in force does not stop what else is published.
  targets_draft_->SetVersion(2);
  targets_draft_->SetExpires(kStart + absl::Hours(24 * 200));
  ASSERT_TRUE(targets_draft_->Sign(*targets_).ok());
  const auto published = publisher_->Publish({{{"targets", targets_draft_->Bytes()}}, {}, {}},
                                             kStart + absl::Hours(24 * 91));
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->FindRole("targets")->version, 2);
}

TEST_F(RepositoryPublisherTest, S05_WhatTheIntakeRefusesIsNotPublishedNorAnsweredOk) {
  check_ = MakeError(Reason::kPackInvalid, "a test case of the pack fails");
  ExpectRefused(First(), Reason::kPackInvalid);
  EXPECT_EQ(*publisher_->InForce(), std::nullopt);
}

TEST_F(RepositoryPublisherTest, FirstRootOtherThanConfiguredIsRefused) {
  PublisherOptions options{member_};
  options.first_root_sha256 = Sha256("another root");
  StoringIntake intake(&store_);
  RepositoryPublisher publisher(
      std::move(options), {timestamp_.get(), snapshot_.get(), status_.get()}, &store_, &intake);
  EXPECT_EQ(ReasonOf(publisher.Publish(First(), kStart).status()), Reason::kMemberRootUnconfirmed);
}

TEST_F(RepositoryPublisherTest, TreeOutsideTheOnlineRolesDelegationIsAConfigurationError) {
  PublisherOptions options{member_};
  options.online_trees = {"50/status/licences"};
  StoringIntake intake(&store_);
  RepositoryPublisher publisher(
      std::move(options), {timestamp_.get(), snapshot_.get(), status_.get()}, &store_, &intake);
  EXPECT_EQ(ReasonOf(publisher.Publish(First(), kStart).status()), Reason::kConfigInvalid);
}

TEST_F(RepositoryPublisherTest, OnlineTreeIsReplacedAndSignedAnew) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const BuiltTree tree = *BuildTree({{"1/aa", "revoked"}});

  const auto set = publisher_->PublishOnlineTrees(
      {{"31/status/licences", EmptyTree(), tree.root_bytes(), tree.nodes}},
      kStart + absl::Minutes(1));

  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->FindTarget("31/status/licences")->sha256, tree.root_sha256);
  EXPECT_EQ(set->FindRole("status")->version, 2);
  EXPECT_EQ(set->FindRole("snapshot")->version, 2);
  EXPECT_EQ(set->FindRole("j-31")->version, 1);
  EXPECT_THAT(told_, ElementsAre(1, 2));
}

TEST_F(RepositoryPublisherTest, OnlineTreeWithAMissingNodeIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  std::vector<TreeEntry> entries;
  for (int i = 0; i < 100; ++i) entries.push_back({absl::StrCat(i), "v"});
  BuiltTree tree = *BuildTree(entries);
  const std::string root = tree.root_bytes();
  const std::string before = store_.Dump();

  const auto set =
      publisher_->PublishOnlineTrees({{"31/status/licences", EmptyTree(), root, {}}}, kStart);

  EXPECT_EQ(ReasonOf(set.status()), Reason::kTreeNodeNotFound);
  EXPECT_EQ(store_.Dump(), before);
}

TEST_F(RepositoryPublisherTest, RenewalSignsOnlyWhatIsDue) {
  EXPECT_EQ(*publisher_->RenewIfDue(kStart), kStart + absl::Minutes(20));
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());

  EXPECT_EQ(*publisher_->RenewIfDue(kStart + absl::Minutes(5)), kStart + absl::Minutes(20));
  EXPECT_EQ(InForce("timestamp"), 1);

  ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Minutes(20)).ok());
  EXPECT_EQ(InForce("timestamp"), 2);
  EXPECT_EQ(InForce("snapshot"), 1);

  ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Hours(8)).ok());
  EXPECT_EQ(InForce("timestamp"), 3);
  EXPECT_EQ(InForce("snapshot"), 2);
  EXPECT_EQ(InForce("status"), 2);

  // A node that was down for a week comes back.
  ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Hours(24 * 8)).ok());
  EXPECT_EQ(InForce("status"), 3);
  EXPECT_THAT(told_, ElementsAre(1, 2, 3, 4));
}

using Threat = RepositoryPublisherTest;

TEST_F(Threat, T11_WhatWasSignedByAClockThatWasAheadIsSignedAnewOnceItIsRight) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const absl::Time ahead = kStart + absl::Hours(24 * 30);
  ASSERT_TRUE(publisher_->RenewIfDue(ahead).ok());

  const auto next = publisher_->RenewIfDue(kStart);

  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(InForce("timestamp"), 3);
  EXPECT_EQ(InForce("snapshot"), 3);
  EXPECT_EQ(InForce("status"), 3);
  const InForceSet set = **publisher_->InForce();
  EXPECT_EQ(set.FindRole("timestamp")->expires, kStart + absl::Hours(1));
  EXPECT_EQ(set.FindRole("snapshot")->expires, kStart + absl::Hours(24 * 7));
  EXPECT_EQ(set.FindRole("status")->expires, kStart + absl::Hours(24));
  EXPECT_EQ(*publisher_->RenewIfDue(kStart), kStart + absl::Minutes(20));
  EXPECT_EQ(InForce("timestamp"), 3);
}

TEST_F(RepositoryPublisherTest, ANewKeyOfTheOnlineRoleSignsItWithTheTargetsThatListIt) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::unique_ptr<Signer> ended = std::exchange(status_, NewSigner());
  MetadataDraft targets = MakeTargets({{"j-31", {{j31_->public_key()}, 1}, {"31/*"}},
                                       {"status", {{status_->public_key()}, 1}, {"31/status/*"}}},
                                      targets_draft_->version(), kStart);
  const Publication next = {{{"targets", Next(&targets, *targets_)}}, {}, {}};
  // The node has not been given the new key yet.
  EXPECT_FALSE(publisher_->Publish(next, kStart).ok());
  EXPECT_EQ(InForce("status"), 1);
  publisher_ = NewPublisher(&store_);

  const auto set = publisher_->Publish(next, kStart);

  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(InForce("status"), 2);
  EXPECT_NE(set->FindTarget("31/status/licences"), nullptr) << "with what it listed";
  ExpectFollowed(*set);
}

TEST_F(RepositoryPublisherTest, RootThatRotatesAwayTheNodesKeyIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::unique_ptr<Signer> other = NewSigner();
  ExpectRefused({{{"2.root", Root(2, *other)}}, {}, {}}, Reason::kMetadataThreshold);

  EXPECT_TRUE(publisher_->Publish({{{"2.root", Root(2, *timestamp_)}}, {}, {}}, kStart).ok());
  EXPECT_EQ(InForce("root"), 2);
}

TEST_F(RepositoryPublisherTest, CommitThatIsLostOrUnansweredIsMadeGoodByPublishingAgain) {
  const Publication first = First();
  for (const auto fault :
       {FaultyStore::Fault::kErrorAndLost, FaultyStore::Fault::kErrorButPersisted}) {
    MemoryStore memory;
    FaultyStore faulty(&memory);
    const auto publisher = NewPublisher(&faulty);
    faulty.FailCommit(1, fault);

    EXPECT_EQ(ReasonOf(publisher->Publish(first, kStart).status()), Reason::kStoreUnavailable);

    ASSERT_TRUE(publisher->Publish(first, kStart).ok());
    EXPECT_EQ((*publisher->InForce())->FindRole("timestamp")->version, 1);
  }
}

TEST_F(RepositoryPublisherTest, M06_TimestampsAreServedByRangeUpToTheOneInForce) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Hours(i)).ok());
  }
  const int64_t newest = InForce("timestamp");
  ASSERT_EQ(newest, 5);
  // A history that was shown to this node and led to nothing it trusts.
  const auto keys = *MetadataStore(&store_).TimestampKeys(member_);
  const std::vector<std::string> unproven = {"unproven"};
  ASSERT_TRUE(TimestampHistory(&store_).KeepEarlier(member_, *keys, newest + 1, unproven).ok());
  const RepositoryReader reader(&store_);

  const auto range = reader.ReadTimestamps(member_, 2, INT64_MAX);

  ASSERT_TRUE(range.ok()) << range.status();
  ASSERT_EQ(range->size(), 4u);
  for (int64_t version = 2; version <= newest; ++version) {
    EXPECT_EQ((*range)[static_cast<size_t>(version - 2)],
              *reader.ReadMetadata(member_, "timestamp", version));
  }
  EXPECT_EQ(reader.ReadTimestamps(member_, 2, 3)->size(), 2u);
  EXPECT_EQ(ReasonOf(reader.ReadTimestamps(member_, newest + 1, newest + 1).status()),
            Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(reader.ReadTimestamps(*MemberId::Parse("stranger"), 1, 9).status()),
            Reason::kMetadataNotFound);
}

TEST_F(RepositoryPublisherTest, NothingIsServedThatIsNotHeld) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const RepositoryReader reader(&store_);
  const MemberId stranger = *MemberId::Parse("stranger");

  EXPECT_EQ(ReasonOf(reader.ReadMetadata(member_, "root", 2).status()), Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(reader.ReadMetadata(stranger, "root", std::nullopt).status()),
            Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(reader.ReadMetadata(member_, "../root", 1).status()),
            Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(reader.ReadTarget(member_, "31/issuers", Sha256("other")).status()),
            Reason::kTargetNotFound);
  const std::vector<std::string> unknown = {Sha256("unknown")};
  EXPECT_EQ(ReasonOf(reader.ReadNodes(unknown).status()), Reason::kTreeNodeNotFound);
  EXPECT_EQ(*reader.TimestampVersion(member_), 1);
  EXPECT_EQ(*reader.TimestampVersion(stranger), 0);
}

}  // namespace
}  // namespace mrg
