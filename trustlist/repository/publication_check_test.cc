#include "trustlist/repository/publication_check.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/timestamp_metadata.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/own_repository.h"

namespace mrg {
namespace {

using PublicationCheckTest = OwnRepositoryTest;

TEST_F(PublicationCheckTest, H01_ADelegationOfAProvinceToARoleThatIsNotThereIsRefused) {
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

TEST_F(PublicationCheckTest, H01_AThirdGenerationThatNobodySignedAsDelegatedIsRefused) {
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

TEST_F(PublicationCheckTest, M04_AVersionThatUsesUpTheVersionSpaceIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());

  j31_draft_->SetVersion(kPublishedVersionMax);
  ExpectRefused({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, Reason::kMetadataVersionTooHigh);

  j31_draft_->SetVersion(kPublishedVersionMax - 1);
  EXPECT_TRUE(publisher_->Publish({{{"j-31", Next(&*j31_draft_, *j31_)}}, {}, {}}, kStart).ok());
}

TEST_F(PublicationCheckTest, M04_ARoleSetVeryHighIsSetBackWhenTheOnlineKeysAreRotated) {
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

TEST_F(PublicationCheckTest, A06_ATreeMadeFromAnOlderOneIsRefused) {
  ASSERT_TRUE(publisher_->Publish(First(), kStart).ok());
  const BuiltTree mine = *BuildTree({{"1/aa", "revoked"}});
  const BuiltTree theirs = *BuildTree({{"1/bb", "revoked"}});
  ASSERT_TRUE(
      NewPublisher(&store_)
          ->PublishOnlineTrees(
              {{"31/status/licences", EmptyTree(), theirs.root_bytes(), theirs.nodes}}, kStart)
          .ok());
  const std::string before = store_.Dump();

  const auto set = publisher_->PublishOnlineTrees(
      {{"31/status/licences", EmptyTree(), mine.root_bytes(), mine.nodes}}, kStart);

  EXPECT_EQ(ReasonOf(set.status()), Reason::kStoreConflict);
  EXPECT_EQ(store_.Dump(), before);
}

TEST_F(PublicationCheckTest,
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

}  // namespace
}  // namespace mrg
