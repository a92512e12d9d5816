// A whole ceremony on a folder, step by step, as values: what each step returns, what the folder
// holds afterwards, and what a refused step leaves.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/proof.h"
#include "gateway/ceremony/publication.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/scheme.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/entry_proof.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr char kIssuer[] = "11310000YY000001XH";
constexpr char kPack[] = "deploy/packs/delta-reply/11100000XX0000019L003.textproto";

// An Ed25519 key (RFC 8410) of 32 bytes that begin with `name`.
std::string KeyNamed(std::string name) {
  name.resize(32, '.');
  return absl::StrCat(absl::HexStringToBytes("302a300506032b6570032100"), name);
}

class CeremonyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::string(std::getenv("TEST_TMPDIR")) + "/ceremony-XXXXXX";
    base_ = mkdtemp(name.data());
    for (const char* part : {"offline", "online"}) {
      std::filesystem::create_directories(base_ + "/keys/" + part);
    }
    for (const char* key : {"offline/root", "offline/targets", "offline/j-31", "online/timestamp",
                            "online/snapshot", "online/status", "online/log"}) {
      MakeKey(key);
    }
    folder_ = std::make_unique<RepositoryFolder>(base_ + "/repository");
    const auto root = InitRepository(Options(), kNow, folder_.get());
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(root->version, 1);
    root_sha256_ = root->sha256;
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  void MakeKey(const std::string& name) const {
    const std::string path = base_ + "/keys/" + name + ".pem";
    ASSERT_TRUE(WriteWholeFile(path, *GeneratePrivateKeyPem(Scheme::kEd25519)).ok());
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  InitOptions Options() const {
    return {"yangtze-delta", base_ + "/keys", {"31"}, "yangtze-delta/log-1"};
  }

  static std::string IssuerText() {
    return absl::StrCat(
        "entries { issuer_code: \"", kIssuer, "\" name: \"样例机关\" public_key: \"",
        absl::CEscape(KeyNamed("key one")),
        "\" algorithm: SIGNATURE_ALGORITHM_ED25519 key_use: ISSUER_KEY_USE_SIGNING type_codes: "
        "\"11100000XX0000019L003\" area_prefixes: \"31\" "
        "listed_from { seconds: 1577808000 } }\n");
  }

  StagedTarget StageIssuer() const {
    const std::string path = base_ + "/issuers";
    EXPECT_TRUE(WriteWholeFile(path, IssuerText()).ok());
    return *StageTarget({.file = path, .issuers = "31"}, kNow, folder_.get());
  }

  absl::StatusOr<int64_t> Sign(const std::string& role) const {
    return SignRole(role, base_ + "/keys/offline/" + role + ".pem", folder_.get());
  }

  RoleDiff DiffOf(const std::string& role) const {
    const std::vector<RoleDiff> diffs = *DiffRepository(*folder_);
    for (const RoleDiff& diff : diffs) {
      if (diff.role == role) return diff;
    }
    ADD_FAILURE() << "nothing is staged for " << role;
    return {};
  }

  std::string base_;
  std::unique_ptr<RepositoryFolder> folder_;
  std::string root_sha256_;
};

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
  EXPECT_TRUE(absl::IsFailedPrecondition(MakePublication(*folder_, false, take).status()));

  ASSERT_TRUE(Sign("targets").ok());
  ASSERT_TRUE(Sign("j-31").ok());
  content.clear();
  const auto publication = MakePublication(*folder_, false, take);

  ASSERT_TRUE(publication.ok()) << publication.status();
  ASSERT_EQ(publication->metadata_size(), 3);
  EXPECT_EQ(publication->metadata(0).name(), "1.root");
  EXPECT_THAT(content, SizeIs(2)) << "log-keys and the root of the list";
  ASSERT_TRUE(folder_->MarkPublished().ok());
  EXPECT_THAT(*DiffRepository(*folder_), SizeIs(0));
  EXPECT_TRUE(absl::IsFailedPrecondition(MakePublication(*folder_, false, take).status()));
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

TEST_F(Fault, B09_AStagedStateOrRepealIsWithinTenYearsAndWithinTheCalendar) {
  const std::string path = base_ + "/staged";
  const auto stage = [&](const std::string& text, StageOptions options) {
    EXPECT_TRUE(WriteWholeFile(path, text).ok());
    options.file = path;
    return StageTarget(options, kNow, folder_.get()).status();
  };
  const auto issuers = [&](const std::string& from, bool far_ahead) {
    const std::string state =
        absl::StrCat(" states { kind: ISSUER_STATE_KIND_RETIRED from { ", from, " } } }");
    return stage(absl::StrReplaceAll(IssuerText(), {{" }\n", state}}),
                 {.issuers = "31", .far_ahead = far_ahead});
  };
  const auto repeal = [&](const std::string& from, bool far_ahead) {
    return stage(absl::StrCat("agreement_id: \"sample\" effective_from { seconds: 1795478400 } "
                              "further { revision: 1 effective_from { ",
                              from, " } }"),
                 {.repeal = "31", .far_ahead = far_ahead});
  };

  EXPECT_EQ(FieldOf(issuers("seconds: 9223372036854775807 nanos: -1", true)),
            "entries[0].states[0].from");
  EXPECT_EQ(FieldOf(issuers("seconds: 4070908800", false)), "entries[0].states[0].from");
  EXPECT_TRUE(issuers("seconds: 4070908800", true).ok());
  EXPECT_EQ(FieldOf(repeal("seconds: 253402300800", true)), "further[0].effective_from");
  EXPECT_EQ(FieldOf(repeal("seconds: 4070908800", false)), "further[0].effective_from");
  EXPECT_TRUE(repeal("seconds: 4070908800", true).ok());
}

TEST_F(Fault, U13_AnIssuerListIsJudgedWhereItIsStagedWithTheLineOfItsFault) {
  const std::string good = IssuerText();
  const auto stage = [&](absl::string_view from, absl::string_view to) {
    const std::string path = base_ + "/staged";
    EXPECT_TRUE(
        WriteWholeFile(path, "# why\n" + good +
                                 absl::StrReplaceAll(good, {{from, to}, {"key one", "key two"}}))
            .ok());
    return StageTarget({.file = path, .issuers = "31"}, kNow, folder_.get()).status();
  };
  const struct {
    const char *from, *to, *field;
  } kCases[] = {
      {"001XH", "001XK", "entries[1].issuer_code"},
      {"19L003", "19M003", "entries[1].type_codes[0]"},
      {"prefixes: \"31", "prefixes: \"32", "entries[1].area_prefixes[0]"},
      {"prefixes: \"31", "prefixes: \"\" area_prefixes: \"31", "entries[1].area_prefixes"},
      {"key_use: ISSUER_KEY_USE_SIGNING", "", "entries[1].key_use"},
      {"SIGNATURE_ALGORITHM_ED25519", "SIGNATURE_ALGORITHM_SM2_SM3", "entries[1].public_key"},
      {"listed_from { seconds: 1577808000 }", "listed_from { nanos: -1 }",
       "entries[1].listed_from"},
  };
  for (const auto& one : kCases) {
    const absl::Status refused = stage(one.from, one.to);
    EXPECT_EQ(ReasonOf(refused), Reason::kIssuerListInvalid) << one.field;
    EXPECT_EQ(FieldOf(refused), one.field) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("line 3: ")) << one.field;
  }
  EXPECT_TRUE(stage("a", "a").ok());
  EXPECT_TRUE(WriteWholeFile(base_ + "/staged", "").ok());
  EXPECT_EQ(
      FieldOf(
          StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status()),
      "entries");
}

TEST_F(Fault, U13_ATypeMustBeOneOfTheCatalogueThatIsStaged) {
  const auto catalogue = StageTarget(
      {.file = "deploy/regions/yangtze-delta/catalogue-31.textproto", .catalogue = "31"}, kNow,
      folder_.get());
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  StageIssuer();
  EXPECT_TRUE(
      WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(IssuerText(), {{"19L003", "19L999"}}))
          .ok());

  const absl::Status refused =
      StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status();

  EXPECT_EQ(FieldOf(refused), "entries[0].type_codes[0]") << refused;
}

TEST_F(Fault, U13_ACatalogueIsJudgedWhereItIsStagedWithTheLineOfItsFault) {
  const std::string good = *ReadWholeFile("deploy/regions/yangtze-delta/catalogue-31.textproto");
  const struct {
    const char *from, *to, *field;
  } kCases[] = {
      {"0019L001", "0018L001", "entries[0].type_code"},
      {"name: \"居民身份证\"", "", "entries[0].name"},
      {"dictionary_version: 1", "", "entries[0].dictionary_version"},
      {"holder_kind: HOLDER_KIND_NATURAL_PERSON", "", "entries[0].holder_kind"},
      {"standards: \"delta-reply\"", "", "entries[0].standards"},
      {"standards: \"delta-reply\"", "standards: \"Delta\"", "entries[0].standards[0]"},
      {"default_standard: \"delta-reply\"", "default_standard: \"cq-sample\"",
       "entries[0].default_standard"},
      {"obligation: ELEMENT_OBLIGATION_MANDATORY", "", "entries[0].elements[0].obligation"},
      {"aliases: \"驾驶证\"", "aliases: \"身份证\"", "entries[1].aliases[1]"},
  };
  for (const auto& one : kCases) {
    ASSERT_THAT(good, HasSubstr(one.from));
    EXPECT_TRUE(
        WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(good, {{one.from, one.to}})).ok());
    const absl::Status refused =
        StageTarget({.file = base_ + "/staged", .catalogue = "31"}, kNow, folder_.get()).status();
    EXPECT_EQ(ReasonOf(refused), Reason::kCatalogueInvalid) << one.field;
    EXPECT_EQ(FieldOf(refused), one.field) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("line ")) << one.field;
  }
}

TEST_F(Fault, U13_APublishedEntryIsNotDeletedByWhatIsStaged) {
  StageIssuer();
  ASSERT_TRUE(folder_->MarkPublished().ok());
  EXPECT_TRUE(
      WriteWholeFile(base_ + "/staged", absl::StrReplaceAll(IssuerText(), {{"key one", "key two"}}))
          .ok());

  const absl::Status replaced =
      StageTarget({.file = base_ + "/staged", .issuers = "31"}, kNow, folder_.get()).status();
  const absl::Status removed = StageTarget({.remove = "31/issuers"}, kNow, folder_.get()).status();

  EXPECT_EQ(ReasonOf(replaced), Reason::kIssuerListInvalid) << replaced;
  EXPECT_EQ(ReasonOf(removed), Reason::kIssuerListInvalid) << removed;
}

TEST_F(Fault, B03_AFileIsStagedUnderNoNameButItsOwn) {
  const auto stage = [&](const std::string& file, StageOptions options) {
    options.file = file;
    return StageTarget(options, kNow, folder_.get()).status();
  };
  const std::string calendar = "deploy/regions/hub/calendar-2026.textproto";
  const std::string agreement =
      "deploy/regions/yangtze-delta/agreements/changsanjiao-2020.textproto";

  for (const absl::Status& refused :
       {stage(calendar, {.calendar = "2027"}), stage(calendar, {.target = "calendar/2027"})}) {
    EXPECT_EQ(ReasonOf(refused), Reason::kMetadataMalformed);
    EXPECT_EQ(FieldOf(refused), "year");
    EXPECT_THAT(std::string(refused.message()), AllOf(HasSubstr("2027"), HasSubstr("2026")));
  }
  EXPECT_TRUE(stage(calendar, {.calendar = "2026"}).ok());
  EXPECT_EQ(FieldOf(stage(kPack, {.pack = "32"})), "owner_jurisdiction");
  EXPECT_EQ(FieldOf(stage(kPack, {.target = "31/packs/11100000XX0000019L003/cq-sample/1"})),
            "standard");
  EXPECT_EQ(FieldOf(stage(agreement, {.agreement = "50"})), "parties");
  EXPECT_EQ(FieldOf(stage(agreement, {.target = "31/agreements/another/1"})), "id");
  EXPECT_EQ(ReasonOf(stage(agreement, {.target = "31/issuers"})), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(stage(agreement, {.target = "notices"})), Reason::kMetadataMalformed);
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
