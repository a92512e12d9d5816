// A whole ceremony on a folder, step by step, as values: what each step returns, what the folder
// holds afterwards, and what a refused step leaves.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/proof.h"
#include "gateway/ceremony/publication.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/ceremony/testing/ceremony_folder.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/entry_proof.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class Fault : public CeremonyTest {};

TEST_F(CeremonyTest, ANewRepositoryDiffersInEveryRoleAndOnlyItsRootIsSigned) {
  const auto diffs = DiffRepository(*folder_);

  ASSERT_TRUE(diffs.ok()) << diffs.status();
  ASSERT_THAT(*diffs, SizeIs(3));
  const RoleDiff& root = (*diffs)[0];
  EXPECT_EQ(root.role, "root");
  EXPECT_EQ(root.root_sha256, root_sha256_);
  EXPECT_TRUE(root.signatures.ok()) << root.signatures;
  ASSERT_THAT(root.signers, SizeIs(4));
  EXPECT_FALSE(root.signers[0].before.has_value());
  const RoleDiff& targets = (*diffs)[1];
  EXPECT_FALSE(targets.version_before.has_value());
  EXPECT_FALSE(targets.signatures.ok());
  ASSERT_THAT(targets.delegations, SizeIs(2));
  EXPECT_EQ(targets.delegations[0].role, "j-31");
  ASSERT_THAT(targets.targets, SizeIs(1));
  EXPECT_EQ(targets.targets[0].path, "log-keys");
}

TEST_F(CeremonyTest, AStagedListIsSaidWithItsSignerAndItsEntriesAreValues) {
  const StagedTarget staged = StageIssuer();

  EXPECT_EQ(staged.path, "31/issuers");
  EXPECT_EQ(staged.role, "j-31");
  EXPECT_FALSE(staged.removed);
  const RoleDiff diff = DiffOf("j-31");
  ASSERT_THAT(diff.targets, SizeIs(1));
  std::vector<std::string> added;
  ASSERT_TRUE(ForEachEntryDiff(*folder_, diff.targets[0], [&](const EntryDifference& entry) {
                EXPECT_FALSE(entry.before.has_value());
                added.emplace_back(entry.id);
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(added, ElementsAre(absl::StrCat(
                         kIssuer, "/", absl::BytesToHexString(Sha256(KeyNamed("key one"))))));
}

TEST_F(CeremonyTest, OnlyAListedKeySignsAndSigningSaysTheVersion) {
  EXPECT_TRUE(absl::IsFailedPrecondition(
      SignRole("j-31", base_ + "/keys/offline/targets.pem", folder_.get()).status()));
  EXPECT_FALSE(DiffOf("j-31").signatures.ok());

  const auto signed_version = Sign("j-31");

  ASSERT_TRUE(signed_version.ok()) << signed_version.status();
  EXPECT_EQ(*signed_version, 1);
  EXPECT_TRUE(DiffOf("j-31").signatures.ok());
}

TEST_F(CeremonyTest, APublicationTakesWhatIsSignedAndNothingElse) {
  StageIssuer();
  std::vector<std::string> content;
  const auto take = [&](std::string bytes) {
    content.push_back(std::move(bytes));
    return absl::OkStatus();
  };
  EXPECT_TRUE(absl::IsFailedPrecondition(MakePublication(*folder_, {}, take).status()));

  ASSERT_TRUE(Sign("targets").ok());
  ASSERT_TRUE(Sign("j-31").ok());
  content.clear();
  const auto publication = MakePublication(*folder_, {}, take);

  ASSERT_TRUE(publication.ok()) << publication.status();
  ASSERT_EQ(publication->metadata_size(), 3);
  EXPECT_EQ(publication->metadata(0).name(), "1.root");
  EXPECT_THAT(content, SizeIs(2)) << "log-keys and the root of the list";
  ASSERT_TRUE(folder_->MarkPublished().ok());
  EXPECT_THAT(*DiffRepository(*folder_), SizeIs(0));
  EXPECT_TRUE(absl::IsFailedPrecondition(MakePublication(*folder_, {}, take).status()));
}

class EmergencyTest : public CeremonyTest {
 protected:
  // Stages that the listed key is compromised.
  void Compromise() const {
    ASSERT_TRUE(RevokeIssuer({.jurisdiction = "31",
                              .issuer_code = kIssuer,
                              .state = "compromised",
                              .from = "2026-11-24T08:00:00+08:00"},
                             kNow, folder_.get())
                    .ok());
  }
};

TEST_F(EmergencyTest, AnEmergencyDoesNotWaitForACeremonyThatIsNotAtItsEnd) {
  StageIssuer();
  ASSERT_TRUE(folder_->MarkPublished().ok());
  ASSERT_TRUE(RenewRole("targets", kNow + absl::Hours(1), folder_.get()).ok());
  Compromise();
  ASSERT_TRUE(Sign("j-31").ok());
  const auto take = [](std::string) { return absl::OkStatus(); };
  EXPECT_TRUE(absl::IsFailedPrecondition(MakePublication(*folder_, {}, take).status()))
      << "targets is not signed";

  const auto publication = MakePublication(*folder_, {.role = "j-31"}, take);

  ASSERT_TRUE(publication.ok()) << publication.status();
  ASSERT_EQ(publication->metadata_size(), 1);
  EXPECT_EQ(publication->metadata(0).name(), "j-31");
  ASSERT_TRUE(folder_->MarkPublished("j-31").ok());
  const auto left = DiffRepository(*folder_);
  ASSERT_TRUE(left.ok()) << left.status();
  ASSERT_THAT(*left, SizeIs(1));
  EXPECT_EQ((*left)[0].role, "targets") << "still staged";
  EXPECT_TRUE(absl::IsNotFound(MakePublication(*folder_, {.role = "j-44"}, take).status()));
}

TEST_F(EmergencyTest, WhatIsStagedCanBeTakenBackWithWhatItListed) {
  StageIssuer();
  EXPECT_TRUE(absl::IsFailedPrecondition(folder_->Unstage("j-31"))) << "never published";
  ASSERT_TRUE(folder_->MarkPublished().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(folder_->Unstage("j-31"))) << "nothing is staged";
  const std::string list = *ReadWholeFile(base_ + "/repository/targets/31/issuers");
  const std::string role = *folder_->ReadBytes("j-31");
  Compromise();
  ASSERT_TRUE(RenewRole("root", kNow, folder_.get()).ok());
  ASSERT_THAT(*DiffRepository(*folder_), SizeIs(2));

  ASSERT_TRUE(folder_->Unstage("j-31").ok());
  ASSERT_TRUE(folder_->Unstage("root").ok());

  EXPECT_THAT(*DiffRepository(*folder_), SizeIs(0));
  EXPECT_EQ(*folder_->ReadBytes("j-31"), role);
  EXPECT_EQ(*ReadWholeFile(base_ + "/repository/targets/31/issuers"), list);
  EXPECT_EQ(folder_->RootVersion(), 1);
  EXPECT_TRUE(absl::IsNotFound(folder_->Unstage("j-44")));
}

TEST_F(CeremonyTest, ARevocationNamesTheEntriesThatGotTheState) {
  StageIssuer();
  ASSERT_TRUE(folder_->MarkPublished().ok());

  const auto revoked = RevokeIssuer({.jurisdiction = "31",
                                     .issuer_code = kIssuer,
                                     .state = "compromised",
                                     .from = "2026-11-24T08:00:00+08:00"},
                                    kNow, folder_.get());

  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(revoked->path, "31/issuers");
  EXPECT_EQ(revoked->role, "j-31");
  EXPECT_THAT(revoked->entries, SizeIs(1));
  const RoleDiff diff = DiffOf("j-31");
  EXPECT_EQ(diff.version_before, 1);
  EXPECT_EQ(diff.version, 2);
}

TEST_F(Fault, B09_ARevocationIsDatedStrictlyAndWithinTenYears) {
  StageIssuer();
  const auto before = folder_->ReadBytes("j-31");
  const auto revoke = [&](const std::string& from, bool far_ahead) {
    return RevokeIssuer({.jurisdiction = "31",
                         .issuer_code = kIssuer,
                         .state = "retired",
                         .from = from,
                         .far_ahead = far_ahead},
                        kNow, folder_.get())
        .status();
  };

  for (const char* from :
       {"infinite-future", "infinite-past", " 2026-11-24T08:00:00+08:00", "2026-11-24T8:0:0+08:00",
        "12026-11-24T08:00:00+08:00", "0000-01-01T00:00:00Z", "2036-11-25T00:00:01Z"}) {
    const absl::Status refused = revoke(from, false);
    EXPECT_EQ(ReasonOf(refused), Reason::kFieldMalformed) << from;
    EXPECT_EQ(FieldOf(refused), "--from") << from;
  }
  EXPECT_EQ(FieldOf(revoke("infinite-future", true)), "--from");
  EXPECT_EQ(*folder_->ReadBytes("j-31"), *before);

  EXPECT_TRUE(revoke("2036-11-24T00:00:00Z", false).ok());
  EXPECT_TRUE(revoke("2099-01-01T00:00:00Z", true).ok());
}

TEST_F(CeremonyTest, TheNextRootNeedsAPublishedOneAndShowsWhoSignsAnew) {
  EXPECT_TRUE(absl::IsFailedPrecondition(RotateRoot(Options(), kNow, folder_.get()).status()));
  ASSERT_TRUE(folder_->MarkPublished().ok());
  MakeKey("offline/targets");

  const auto root = RotateRoot(Options(), kNow, folder_.get());

  ASSERT_TRUE(root.ok()) << root.status();
  EXPECT_EQ(root->version, 2);
  const RoleDiff diff = DiffOf("root");
  EXPECT_EQ(diff.root_sha256, root->sha256);
  EXPECT_TRUE(diff.signers[0].IsSame());
  EXPECT_EQ(diff.signers[3].role, "targets");
  EXPECT_FALSE(diff.signers[3].IsSame());
}

TEST_F(CeremonyTest, ContentChangedAfterStagingIsNoContentToSign) {
  ASSERT_TRUE(StageTarget({.file = kPack, .pack = "31"}, kNow, folder_.get()).ok());
  ASSERT_TRUE(folder_->MarkPublished().ok());
  const std::string changed = base_ + "/pack";
  ASSERT_TRUE(WriteWholeFile(changed, absl::StrCat("# new\n", *ReadWholeFile(kPack))).ok());
  ASSERT_TRUE(StageTarget({.file = changed, .pack = "31"}, kNow, folder_.get()).ok());
  const TargetDiff target = DiffOf("j-31").targets.at(0);
  EXPECT_EQ(*ContentBefore(*folder_, target), *ReadWholeFile(kPack));
  EXPECT_EQ(*ContentAfter(*folder_, target), *ReadWholeFile(changed));

  ASSERT_TRUE(WriteWholeFile(base_ + "/repository/targets/" + target.path, "other").ok());

  EXPECT_EQ(ReasonOf(ContentAfter(*folder_, target).status()), Reason::kTargetNotFound);
}

TEST_F(CeremonyTest, AnEntryOfTheSignedListIsProved) {
  StageIssuer();
  ASSERT_TRUE(Sign("targets").ok());
  ASSERT_TRUE(Sign("j-31").ok());
  const std::string id =
      absl::StrCat(kIssuer, "/", absl::BytesToHexString(Sha256(KeyNamed("key one"))));

  const auto proof = ProveFromFolder("31/issuers", id, *folder_);

  ASSERT_TRUE(proof.ok()) << proof.status();
  const auto shown =
      VerifyEntryProof(proof->SerializeAsString(), *folder_->ReadBytes("root"), kNow);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_TRUE(shown->value.has_value());
  EXPECT_EQ(shown->role, "j-31");
}

}  // namespace
}  // namespace mrg
