#include "trustlist/repository_publisher.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/first_trust.h"
#include "trustlist/repository_editor.h"
#include "trustlist/repository_reader.h"
#include "trustlist/signed_envelope.h"
#include "trustlist/snapshot_metadata.h"
#include "trustlist/testing/storing_intake.h"
#include "trustlist/timestamp_metadata.h"
#include "trustlist/updater.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

std::unique_ptr<Signer> NewSigner(Scheme scheme = Scheme::kEd25519) {
  return *NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme));
}

// What the publisher's trees are at first.
std::string EmptyTree() { return BuildTree({})->root_sha256; }

// Fetches from what a node serves, as gRPC would.
class ReaderFetcher : public Fetcher {
 public:
  ReaderFetcher(MemberId publisher, OrderedStore* store)
      : publisher_(std::move(publisher)), reader_(store) {}
  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t) override {
    return reader_.ReadMetadata(publisher_, role, version);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t) override {
    return reader_.ReadTarget(publisher_, path, sha256);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    return reader_.ReadNodes(sha256);
  }

 private:
  const MemberId publisher_;
  const RepositoryReader reader_;
};

// Puts in force what `judgement` does not refuse, and keeps the timestamps of what it took.
class JudgingIntake : public StoringIntake {
 public:
  JudgingIntake(OrderedStore* store, const absl::Status* judgement, std::vector<int64_t>* told)
      : StoringIntake(store), judgement_(judgement), told_(told) {}

  absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) override {
    MRG_RETURN_IF_ERROR(*judgement_);
    MRG_RETURN_IF_ERROR(StoringIntake::Take(verified, std::move(writes), now));
    told_->push_back(verified.set.FindRole("timestamp")->version);
    return absl::OkStatus();
  }

 private:
  const absl::Status* const judgement_;
  std::vector<int64_t>* const told_;
};

class RepositoryPublisherTest : public ::testing::Test {
 protected:
  RepositoryPublisherTest() {
    targets_draft_ = MakeTargets({{"j-31", {{j31_->public_key()}, 1}, {"31/*"}},
                                  {"status", {{status_->public_key()}, 1}, {"31/status/*"}}},
                                 0, kStart);
    j31_draft_ = MakeTargets({}, 0, kStart);
  }

  std::string Root(int64_t version, const Signer& timestamp) {
    MetadataDraft draft = MakeRoot({{{root_->public_key()}, 1},
                                    {{timestamp.public_key()}, 1},
                                    {{snapshot_->public_key()}, 1},
                                    {{targets_->public_key()}, 1}},
                                   version, kStart + absl::Hours(24 * 365));
    EXPECT_TRUE(draft.Sign(*root_).ok());
    return draft.Bytes();
  }

  static std::string Next(MetadataDraft* draft, const Signer& signer) {
    draft->SetVersion(draft->version() + 1);
    draft->SetExpires(kStart + absl::Hours(24 * 90));
    EXPECT_TRUE(draft->Sign(signer).ok());
    return draft->Bytes();
  }

  Publication First() {
    const std::string content = "the list";
    j31_draft_->SetTarget("31/issuers", {content.size(), Sha256(content), false});
    return {{{"1.root.json", Root(1, *timestamp_)},
             {"targets.json", Next(&*targets_draft_, *targets_)},
             {"j-31", Next(&*j31_draft_, *j31_)}},
            {{"31/issuers", content}},
            {}};
  }

  std::unique_ptr<RepositoryPublisher> NewPublisher(OrderedStore* store) {
    PublisherOptions options{member_};
    options.online_trees = {"31/status/licences"};
    return std::make_unique<RepositoryPublisher>(
        std::move(options), OnlineSigners{timestamp_.get(), snapshot_.get(), status_.get()}, store,
        intakes_.emplace_back(std::make_unique<JudgingIntake>(store, &check_, &told_)).get());
  }

  // Expects the refusal, and that nothing was written or told.
  void ExpectRefused(const Publication& publication, Reason reason, absl::Time now = kStart) {
    const std::string before = store_.Dump();
    const size_t told = told_.size();
    const absl::Status status = publisher_->Publish(publication, now).status();
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(store_.Dump(), before);
    EXPECT_EQ(told_.size(), told);
  }

  // A follower that trusts `root`, at whatever it holds already.
  absl::StatusOr<InForceSet> Follow(const std::string& root, OrderedStore* store) {
    MetadataStore metadata(store);
    MRG_RETURN_IF_ERROR(InitTrust(member_, root, std::nullopt, &metadata));
    ReaderFetcher fetcher(member_, &store_);
    MRG_ASSIGN_OR_RETURN(Updater::Outcome outcome,
                         Updater(member_, store, &fetcher).Refresh(kStart));
    return std::move(outcome.in_force);
  }
  void ExpectFollowed(const InForceSet& set) {
    MemoryStore fresh;
    const auto followed =
        Follow(*RepositoryReader(&store_).ReadMetadata(member_, "root", 1), &fresh);
    ASSERT_TRUE(followed.ok()) << followed.status();
    EXPECT_TRUE(SameInForce(*followed, set));
  }

  int64_t InForce(absl::string_view role) {
    return (*publisher_->InForce())->FindRole(role)->version;
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  const std::unique_ptr<Signer> root_ = NewSigner();
  const std::unique_ptr<Signer> targets_ = NewSigner();
  const std::unique_ptr<Signer> j31_ = NewSigner(Scheme::kSm2Sm3);
  const std::unique_ptr<Signer> timestamp_ = NewSigner();
  std::unique_ptr<Signer> snapshot_ = NewSigner();
  const std::unique_ptr<Signer> status_ = NewSigner();
  std::optional<MetadataDraft> targets_draft_;
  std::optional<MetadataDraft> j31_draft_;
  absl::Status check_;
  std::vector<int64_t> told_;
  std::vector<std::unique_ptr<JudgingIntake>> intakes_;
  MemoryStore store_;
  std::unique_ptr<RepositoryPublisher> publisher_ = NewPublisher(&store_);
};

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

  const auto set = publisher_->PublishOnlineTree(
      "31/status/licences", EmptyTree(), tree.root_bytes(), tree.nodes, kStart + absl::Minutes(1));

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
      publisher_->PublishOnlineTree("31/status/licences", EmptyTree(), root, {}, kStart);

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

TEST_F(RepositoryPublisherTest, RootThatRotatesAwayTheNodesKeyIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::unique_ptr<Signer> other = NewSigner();
  ExpectRefused({{{"2.root", Root(2, *other)}}, {}, {}}, Reason::kMetadataThreshold);

  EXPECT_TRUE(publisher_->Publish({{{"2.root", Root(2, *timestamp_)}}, {}, {}}, kStart).ok());
  EXPECT_EQ(InForce("root"), 2);
}

TEST_F(RepositoryPublisherTest, H01_ADelegationOfAProvinceToARoleThatIsNotThereIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::unique_ptr<Signer> city = NewSigner();
  MetadataDraft j31 = MakeTargets({{"j-31-city", {{city->public_key()}, 1}, {"31/city"}}}, 2,
                                  kStart + absl::Hours(24 * 90));
  ASSERT_TRUE(j31.Sign(*j31_).ok());

  ExpectRefused({{{"j-31", j31.Bytes()}}, {}, {}}, Reason::kMetadataNotFound);

  // With the role it is in force, in the second generation too, and a follower takes it.
  MetadataDraft role = MakeTargets({}, 1, kStart + absl::Hours(24 * 90));
  role.SetTarget("31/city", {4, Sha256("city"), false});
  ASSERT_TRUE(role.Sign(*city).ok());
  const auto set = publisher_->Publish(
      {{{"j-31", j31.Bytes()}, {"j-31-city", role.Bytes()}}, {{"31/city", "city"}}, {}}, kStart);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->FindTarget("31/city")->role, "j-31-city");
  ExpectFollowed(*set);
}

TEST_F(RepositoryPublisherTest, H01_AThirdGenerationThatNobodySignedAsDelegatedIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const std::unique_ptr<Signer> city = NewSigner();
  MetadataDraft j31 = MakeTargets({{"j-31-city", {{city->public_key()}, 1}, {"31/city"}}}, 2,
                                  kStart + absl::Hours(24 * 90));
  ASSERT_TRUE(j31.Sign(*j31_).ok());
  MetadataDraft role = MakeTargets({}, 1, kStart + absl::Hours(24 * 90));
  ASSERT_TRUE(role.Sign(*status_).ok());

  ExpectRefused({{{"j-31", j31.Bytes()}, {"j-31-city", role.Bytes()}}, {}, {}},
                Reason::kMetadataThreshold);
}

TEST_F(RepositoryPublisherTest, M04_AVersionThatUsesUpTheVersionSpaceIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());

  j31_draft_->SetVersion(kPublishedVersionMax);
  ExpectRefused({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, Reason::kMetadataVersionTooHigh);

  j31_draft_->SetVersion(kPublishedVersionMax - 1);
  EXPECT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());
}

TEST_F(RepositoryPublisherTest, M04_ARoleSetVeryHighIsSetBackWhenTheOnlineKeysAreRotated) {
  const Publication first = First();
  ASSERT_TRUE(publisher_->Publish(first, kStart).ok());
  j31_draft_->SetVersion(int64_t{1} << 50);
  ASSERT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());
  MemoryStore follower;
  ASSERT_TRUE(Follow(first.metadata[0].second, &follower).ok());
  j31_draft_->SetVersion(1);
  const std::string low = Next(&*j31_draft_, *j31_);
  ExpectRefused({{{"j-31", low}}, {}, {}}, Reason::kMetadataRollback);

  const std::unique_ptr<Signer> old = std::exchange(snapshot_, NewSigner());
  publisher_ = NewPublisher(&store_);
  const auto set =
      publisher_->Publish({{{"2.root", Root(2, *timestamp_)}, {"j-31", low}}, {}, {}}, kStart);

  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->FindRole("j-31")->version, 2);
  const auto followed = Follow(first.metadata[0].second, &follower);
  ASSERT_TRUE(followed.ok()) << followed.status();
  EXPECT_TRUE(SameInForce(*followed, *set));
  ASSERT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());
}

TEST_F(RepositoryPublisherTest, A06_ATreeMadeFromAnOlderOneIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const BuiltTree mine = *BuildTree({{"1/aa", "revoked"}});
  const BuiltTree theirs = *BuildTree({{"1/bb", "revoked"}});
  ASSERT_TRUE(NewPublisher(&store_)
                  ->PublishOnlineTree("31/status/licences", EmptyTree(), theirs.root_bytes(),
                                      theirs.nodes, kStart)
                  .ok());
  const std::string before = store_.Dump();

  const auto set = publisher_->PublishOnlineTree("31/status/licences", EmptyTree(),
                                                 mine.root_bytes(), mine.nodes, kStart);

  EXPECT_EQ(ReasonOf(set.status()), Reason::kStoreConflict);
  EXPECT_EQ(store_.Dump(), before);
}

TEST_F(RepositoryPublisherTest,
       H03_EveryEntryIsBoundByLengthAndDigestAndEveryTimestampNamesTheOneBefore) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Hours(8)).ok());
  ASSERT_TRUE(publisher_->RenewIfDue(kStart + absl::Hours(9)).ok());

  const RepositoryReader reader(&store_);
  const auto snapshot = SnapshotMetadata::Parse(
      *SignedEnvelope::Parse(*reader.ReadMetadata(member_, "snapshot", std::nullopt)));
  for (const auto& [role, stated] : snapshot->roles) {
    EXPECT_TRUE(stated.length.has_value()) << role;
    EXPECT_EQ(stated.digests.sha256.size(), 32u) << role;
  }
  for (int64_t version = 1; version <= 3; ++version) {
    const auto timestamp = TimestampMetadata::Parse(
        *SignedEnvelope::Parse(*reader.ReadMetadata(member_, "timestamp", version)));
    EXPECT_TRUE(timestamp->snapshot.length.has_value());
    EXPECT_EQ(timestamp->snapshot.digests.sha256.size(), 32u);
    EXPECT_EQ(timestamp->previous.has_value(), version > 1);
  }
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
