#include "gateway/publication/licence_status_writer.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const JurisdictionId kShanghai = *JurisdictionId::Parse("31");
const LicenceKey kLicence = {kShanghai, 1, std::string(32, 't')};
const LicenceTags kTags = {kShanghai, 1, {{1, kLicence.tag}}};
// The same licence once the second epoch is in use.
const LicenceKey kRotated = {kShanghai, 2, std::string(32, 'u')};
const LicenceTags kRotatedTags = {kShanghai, 2, {{1, kLicence.tag}, {2, kRotated.tag}}};
const IssuerCode kAuthority = *IssuerCode::Parse("11310000YY000001XH");
const IssuerCode kOther = *IssuerCode::Parse("11310000YY000002XX");

std::unique_ptr<Signer> NewKey() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

// The own repository of a member with the jurisdictions 31 and 32, in force.
class LicenceStatusWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    MetadataDraft root = MakeRoot({{{root_->public_key()}, 1},
                                   {{timestamp_->public_key()}, 1},
                                   {{snapshot_->public_key()}, 1},
                                   {{targets_->public_key()}, 1}},
                                  1, kNow + absl::Hours(1000));
    ASSERT_TRUE(root.Sign(*root_).ok());
    MetadataDraft targets =
        MakeTargets({{"status", {{status_->public_key()}, 1}, {"31/status/*", "32/status/*"}}}, 1,
                    kNow + absl::Hours(1000));
    ASSERT_TRUE(targets.Sign(*targets_).ok());
    const auto published = publisher_.Publish(
        {{{"1.root", root.Bytes()}, {"targets", targets.Bytes()}}, {}, {}}, kNow);
    ASSERT_TRUE(published.ok()) << published.status();
  }

  absl::StatusOr<int64_t> Set(gateway::v1::LicenceStatusAction action, const LicenceTags& licence,
                              absl::Time now, const IssuerCode& issuer = kAuthority) {
    return writer_.SetStatus({licence, action, issuer}, now);
  }

  absl::Status Mark(const LicenceKey& licence, bool set, absl::Time at, absl::Time now) {
    return writer_.ChangeMarks({{licence, set, at}}, now).at(0);
  }
  int64_t Version() { return (*publisher_.InForce())->FindRole("status")->version; }

  // What a node that follows this repository reads of the licence at `t`.
  LicenceStatusVerdict At(absl::Time t, const LicenceKey& licence = kLicence) {
    const auto set = *publisher_.InForce();
    const BlobNodes nodes(&blobs_);
    const auto list = LicenceStatusList::Load(set->FindTarget("31/status/licences")->sha256, nodes);
    EXPECT_TRUE(list.ok()) << list.status();
    return list->At(licence.epoch, licence.tag, t);
  }

  const std::unique_ptr<Signer> root_ = NewKey(), targets_ = NewKey(), timestamp_ = NewKey(),
                                snapshot_ = NewKey(), status_ = NewKey();
  MemoryStore memory_;
  FaultyStore store_{&memory_};
  const BlobStore blobs_{&store_};
  StoringIntake intake_{&store_};
  const PublisherOptions options_{
      *MemberId::Parse("yangtze-delta"), "status", {"31/status/licences", "32/status/licences"}};
  const OnlineSigners signers_{timestamp_.get(), snapshot_.get(), status_.get()};
  RepositoryPublisher publisher_{options_, signers_, &store_, &intake_};
  LicenceStatusWriter writer_{&publisher_, &blobs_, &store_};
};

TEST_F(LicenceStatusWriterTest, RevocationHoldsFromItsTimeAndRestoringEndsIt) {
  const absl::Time later = kNow + absl::Minutes(5);

  const auto revoked = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow);
  const auto restored = Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, later);

  ASSERT_TRUE(revoked.ok() && restored.ok()) << revoked.status() << restored.status();
  EXPECT_EQ(*restored, *revoked + 1);
  EXPECT_FALSE(At(kNow - absl::Microseconds(1)).refusal.has_value());
  EXPECT_EQ(At(kNow).refusal, Reason::kLicenceRevoked);
  EXPECT_EQ(At(later - absl::Microseconds(1)).refusal, Reason::kLicenceRevoked);
  EXPECT_FALSE(At(later).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, RepeatChangesNothingAndSaysTheVersionInForce) {
  const auto first = Set(gateway::v1::LICENCE_STATUS_ACTION_SUSPEND, kTags, kNow);
  const auto second =
      Set(gateway::v1::LICENCE_STATUS_ACTION_SUSPEND, kTags, kNow + absl::Minutes(1));

  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(*first, *second);
}

TEST_F(LicenceStatusWriterTest, RestoringAfterARotationEndsWhatStandsUnderEitherEpochInOneVersion) {
  const auto revoked = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow);
  const auto suspended =
      Set(gateway::v1::LICENCE_STATUS_ACTION_SUSPEND, kRotatedTags, kNow + absl::Minutes(1));
  const absl::Time later = kNow + absl::Minutes(5);

  const auto restored = Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kRotatedTags, later);

  ASSERT_TRUE(revoked.ok() && suspended.ok() && restored.ok());
  EXPECT_EQ(*restored, *suspended + 1);
  EXPECT_EQ(At(later - absl::Microseconds(1), kLicence).refusal, Reason::kLicenceRevoked);
  EXPECT_EQ(At(later - absl::Microseconds(1), kRotated).refusal, Reason::kLicenceSuspended);
  EXPECT_FALSE(At(later, kLicence).refusal.has_value());
  EXPECT_FALSE(At(later, kRotated).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, WhatIsOpenUnderAnEarlierEpochIsNotBegunAgain) {
  const auto revoked = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow);
  const absl::Time later = kNow + absl::Minutes(5);

  const auto again = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kRotatedTags, later);

  ASSERT_TRUE(revoked.ok() && again.ok());
  EXPECT_EQ(*again, *revoked);
  EXPECT_FALSE(At(later, kRotated).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, NewEntriesStandUnderTheEpochInUse) {
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kRotatedTags, kNow).ok());

  EXPECT_EQ(At(kNow, kRotated).refusal, Reason::kLicenceRevoked);
  EXPECT_FALSE(At(kNow, kLicence).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, MarkOfAnEarlierEpochIsLiftedWhereItStands) {
  ASSERT_TRUE(Mark(kLicence, true, kNow, kNow).ok());
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kRotatedTags, kNow).ok());
  const absl::Time closed = kNow + absl::Minutes(9);

  ASSERT_TRUE(Mark(kLicence, false, closed, closed).ok());

  EXPECT_TRUE(At(closed - absl::Microseconds(1)).under_dispute);
  EXPECT_FALSE(At(closed).under_dispute);
  EXPECT_EQ(At(closed, kRotated).refusal, Reason::kLicenceRevoked);
}

TEST_F(LicenceStatusWriterTest, MarkIsSetOnceLiftedOnceAndLeavesTheStatusAlone) {
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_CANCEL, kTags, kNow).ok());
  const absl::Time accepted = kNow + absl::Minutes(1);
  const absl::Time closed = kNow + absl::Minutes(9);

  ASSERT_TRUE(Mark(kLicence, true, accepted, accepted).ok());
  ASSERT_TRUE(Mark(kLicence, true, accepted, accepted).ok());
  EXPECT_TRUE(At(accepted).under_dispute);
  EXPECT_FALSE(At(accepted - absl::Microseconds(1)).under_dispute);
  ASSERT_TRUE(Mark(kLicence, false, closed, closed).ok());
  ASSERT_TRUE(Mark(kLicence, false, closed + absl::Hours(1), closed).ok());

  EXPECT_TRUE(At(closed - absl::Microseconds(1)).under_dispute);
  EXPECT_FALSE(At(closed).under_dispute);
  EXPECT_EQ(At(closed).refusal, Reason::kLicenceCancelled);
}

TEST_F(LicenceStatusWriterTest, H4_MarksOfManyLicencesInTwoJurisdictionsAreOnePublication) {
  std::vector<MarkEdit> edits;
  for (int i = 0; i < 300; ++i) {
    const std::string tag = Sha256(absl::StrCat(i));
    edits.push_back({{i % 2 == 0 ? kShanghai : *JurisdictionId::Parse("32"), 1, tag}, true, kNow});
  }
  edits.push_back({kLicence, true, kNow});
  edits.push_back({kLicence, false, kNow + absl::Minutes(1)});
  const int64_t before = Version();
  const absl::Time now = kNow + absl::Minutes(1);

  for (const absl::Status& made : writer_.ChangeMarks(edits, now)) EXPECT_TRUE(made.ok()) << made;

  EXPECT_EQ(Version(), before + 1);
  EXPECT_TRUE(At(kNow, edits[0].licence).under_dispute);
  EXPECT_TRUE(At(kNow).under_dispute);
  EXPECT_FALSE(At(now).under_dispute);
  for (const absl::Status& made : writer_.ChangeMarks(edits, now)) EXPECT_TRUE(made.ok()) << made;
}

TEST_F(LicenceStatusWriterTest, MarkThatCannotBeSetHoldsUpNoOther) {
  const LicenceKey other = {kShanghai, 1, std::string(32, 'o')};

  const auto made = writer_.ChangeMarks(
      {{{*JurisdictionId::Parse("50"), 1, other.tag}, true, kNow}, {other, true, kNow}}, kNow);

  EXPECT_EQ(ReasonOf(made[0]), Reason::kTargetNotFound);
  EXPECT_TRUE(made[1].ok()) << made[1];
  EXPECT_TRUE(At(kNow, other).under_dispute);
}

TEST_F(LicenceStatusWriterTest, OtherJurisdictionsTreeIsUntouchedAndForeignOneIsRefused) {
  const std::string before = (*publisher_.InForce())->FindTarget("32/status/licences")->sha256;
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow).ok());
  EXPECT_EQ((*publisher_.InForce())->FindTarget("32/status/licences")->sha256, before);

  const LicenceTags foreign = {*JurisdictionId::Parse("50"), 1, {{1, std::string(32, 't')}}};
  EXPECT_EQ(ReasonOf(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, foreign, kNow).status()),
            Reason::kTargetNotFound);
}

TEST_F(LicenceStatusWriterTest, B02_L7_AnotherAuthorityDoesNotRestoreWhatOneRevoked) {
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow).ok());
  const std::string before = memory_.Dump();

  const absl::Status refused =
      Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow + absl::Minutes(1), kOther)
          .status();

  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(FieldOf(refused), "issuer_code");
  EXPECT_EQ(memory_.Dump(), before);
  EXPECT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow + absl::Minutes(1)).ok());
  EXPECT_FALSE(At(kNow + absl::Minutes(1)).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, B02_L7_NorAfterARotationOfTheKey) {
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow).ok());
  const absl::Time later = kNow + absl::Minutes(1);

  const absl::Status refused =
      Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kRotatedTags, later, kOther).status();

  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(At(later).refusal, Reason::kLicenceRevoked);
  EXPECT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kRotatedTags, later).ok());
  EXPECT_FALSE(At(later).refusal.has_value());
}

// Who revokes first does not take back what was reported to the second.
TEST_F(LicenceStatusWriterTest, B01_L7_WhatTwoRevokedStandsUntilBothLetGo) {
  const auto first = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow, kOther);
  const auto second = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(*second, *first);

  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow, kOther).ok());
  EXPECT_EQ(At(kNow).refusal, Reason::kLicenceRevoked);
  EXPECT_EQ(ReasonOf(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow, kOther).status()),
            Reason::kIssuerNotAllowed);

  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow).ok());
  EXPECT_FALSE(At(kNow).refusal.has_value());
  EXPECT_TRUE(memory_.Scan(Keyspace::kStatusHolder, "", "", 10)->empty());
}

// Two replicas over one store: the other one's restoration comes in between.
TEST_F(LicenceStatusWriterTest, B01_L7_ARevocationThatFindsAnothersGoneIsMadeAnew) {
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow, kOther).ok());
  InterleavingStore store(&memory_);
  const BlobStore blobs(&store);
  StoringIntake intake(&store);
  RepositoryPublisher publisher(options_, signers_, &store, &intake);
  LicenceStatusWriter replica(&publisher, &blobs, &store);
  store.BeforeNextCommit([&] {
    EXPECT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, kNow, kOther).ok());
  });

  const auto revoked = replica.SetStatus(
      {kTags, gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kAuthority}, kNow + absl::Minutes(1));

  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(At(kNow + absl::Minutes(1)).refusal, Reason::kLicenceRevoked);
}

// What a clock that is a day ahead began is none that stands.
TEST_F(LicenceStatusWriterTest, T11_B01_RevocationOfAFastClockIsDoneAgainByTheRightOne) {
  const absl::Time ahead = kNow + absl::Hours(24);
  const auto early = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, ahead);
  EXPECT_FALSE(At(kNow).refusal.has_value());

  const auto revoked = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow);

  ASSERT_TRUE(early.ok() && revoked.ok()) << revoked.status();
  EXPECT_EQ(*revoked, *early + 1);
  EXPECT_EQ(At(kNow).refusal, Reason::kLicenceRevoked);
  EXPECT_EQ(At(ahead).refusal, Reason::kLicenceRevoked);
  EXPECT_FALSE(At(kNow - absl::Microseconds(1)).refusal.has_value());
}

TEST_F(LicenceStatusWriterTest, T11_B01_RevocationOutlivesTheEndThatAFastClockGave) {
  const absl::Time ahead = kNow + absl::Hours(24);
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, kNow).ok());
  ASSERT_TRUE(Set(gateway::v1::LICENCE_STATUS_ACTION_RESTORE, kTags, ahead).ok());

  ASSERT_TRUE(
      Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kRotatedTags, kNow + absl::Minutes(1)).ok());

  EXPECT_EQ(At(ahead - absl::Microseconds(1)).refusal, Reason::kLicenceRevoked);
  EXPECT_EQ(At(ahead).refusal, Reason::kLicenceRevoked);
}

TEST_F(LicenceStatusWriterTest, D09_MarkDeliveredAfterAnotherWasLiftedStands) {
  const absl::Time lifted = kNow + absl::Minutes(5);
  ASSERT_TRUE(Mark(kLicence, true, kNow - absl::Minutes(10), kNow).ok());
  ASSERT_TRUE(Mark(kLicence, false, lifted, lifted).ok());

  ASSERT_TRUE(Mark(kLicence, true, kNow, lifted + absl::Minutes(1)).ok());

  EXPECT_TRUE(At(lifted + absl::Minutes(1)).under_dispute);
}

TEST_F(LicenceStatusWriterTest, H4_B01_NoNumberOfEarlierChangesKeepsARevocationOut) {
  std::vector<MarkEdit> marks;
  absl::Time t = kNow;
  for (int i = 0; i < 300; ++i) {
    marks.push_back({kLicence, true, t += absl::Seconds(1)});
    marks.push_back({kLicence, false, t += absl::Seconds(1)});
  }
  marks.push_back({kLicence, true, t});
  for (const absl::Status& made : writer_.ChangeMarks(marks, t)) ASSERT_TRUE(made.ok()) << made;

  const auto revoked = Set(gateway::v1::LICENCE_STATUS_ACTION_REVOKE, kTags, t);

  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(At(t).refusal, Reason::kLicenceRevoked);
  EXPECT_TRUE(At(t).under_dispute);
}

}  // namespace
}  // namespace mrg
