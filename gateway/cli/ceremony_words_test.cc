#include "gateway/cli/ceremony_words.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/testing/sample_lists.h"
#include "gateway/cli/command.h"
#include "gateway/cli/keys_command.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/target_words.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// A repository of Shanghai with two keys of one issuer, one of another, and a pack; all published.
class CeremonyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::string(std::getenv("TEST_TMPDIR")) + "/ceremony-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ostringstream nowhere;
    Display ignored(&nowhere);
    ASSERT_EQ(RunKeysCommand(std::vector<std::string>{"init", "--dir", folder_ + "/keys",
                                                      "--jurisdictions", "31"},
                             ignored, ignored),
              kExitOk);
    repository_ = std::make_unique<RepositoryFolder>(folder_ + "/repository");
    init_ = {"yangtze-delta", folder_ + "/keys", {"31"}, "yangtze-delta/log-1"};
    ASSERT_TRUE(InitRepository(init_, kNow, repository_.get()).ok());
    Stage({.file = IssuersFile(""), .issuers = "31"});
    Stage({.file = kPack, .pack = "31"});
    Stage({.file = kCatalogue, .catalogue = "31"});
    ASSERT_TRUE(repository_->MarkPublished().ok());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The agreement as a file.
  std::string AgreementFile() const {
    const std::string path = folder_ + "/agreement.textproto";
    EXPECT_TRUE(WriteWholeFile(path, AgreementText()).ok());
    return path;
  }

  std::string IssuersFile(const std::string& states) const {
    const std::string path = folder_ + "/issuers.textproto";
    std::string text;
    for (const auto& [code, key] : std::vector<std::pair<std::string, std::string>>{
             {kIssuer, "key one"}, {kIssuer, "key two"}, {"11310000YY0000028H", "key three"}}) {
      absl::StrAppend(&text, "entries { issuer_code: \"", code,
                      "\" name: \"样例机关\" public_key: \"", absl::CEscape(KeyNamed(key)),
                      "\" algorithm: SIGNATURE_ALGORITHM_ED25519 key_use: ISSUER_KEY_USE_SIGNING "
                      "type_codes: \"11100000XX0000019L003\" area_prefixes: \"31\" "
                      "listed_from { seconds: 1577808000 } ",
                      states, " }\n");
    }
    EXPECT_TRUE(WriteWholeFile(path, text).ok());
    return path;
  }

  void Stage(const StageOptions& options) const {
    const auto staged = StageTarget(options, kNow, repository_.get());
    ASSERT_TRUE(staged.ok()) << staged.status();
  }

  absl::Status Revoke(RevokeOptions options) {
    if (options.jurisdiction.empty()) options.jurisdiction = "31";
    if (options.issuer_code.empty()) options.issuer_code = kIssuer;
    if (options.from.empty()) options.from = "2026-11-24T08:00:00+08:00";
    const auto revoked = RevokeIssuer(options, kNow, repository_.get());
    if (!revoked.ok()) return revoked.status();
    std::ostringstream stream;
    Display out(&stream);
    PrintRevoked(*revoked, options, out);
    said_ = stream.str();
    return absl::OkStatus();
  }

  std::string Diff() const {
    std::ostringstream stream;
    Display out(&stream);
    const absl::Status status = PrintTrustDiff(*repository_, out);
    EXPECT_TRUE(status.ok()) << status;
    return stream.str();
  }

  // How often the text stands in what `diff` says.
  size_t Count(const std::string& text, const std::string& part) const {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }

  std::string folder_;
  std::unique_ptr<RepositoryFolder> repository_;
  InitOptions init_;
  std::string said_;
};

// An issuer of list 31 whose name was written by a program that checks nothing.
std::string IssuerEntryNamed(const std::string& name) {
  gateway::v1::IssuerEntry entry;
  entry.set_issuer_code(kIssuer);
  entry.set_name(name);
  entry.set_public_key("key four");
  entry.set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ED25519);
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  entry.add_type_codes("11100000XX0000019L003");
  entry.add_area_prefixes("31");
  entry.mutable_listed_from()->set_seconds(1577808000);
  return CanonicalBytes(entry);
}

TEST_F(CeremonyTest, B04_ANameCannotForgeALineOfWhatIsSignedNorHideItsKey) {
  const std::string id = absl::StrCat(kIssuer, "/", absl::BytesToHexString(Sha256("key four")));
  const auto tree = BuildTree(
      {{id,
        IssuerEntryNamed("样例机关\n  unchanged 31/issuers\x1b[8m\u202e\u009b8m\xe2\x80\xa8")}});
  ASSERT_TRUE(repository_->StageTree("31/issuers", *tree, kNow).ok());

  const std::string diff = Diff();

  EXPECT_THAT(
      diff, HasSubstr(absl::StrCat(
                "    added:   issuer ", kIssuer,
                R"( "样例机关\u{0A}  unchanged 31/issuers\u{1B}[8m\u{202E}\u{9B}8m\u{2028}", key )",
                SpokenDigest(Sha256("key four").substr(0, 8)), ", ED25519 for SIGNING")));
  EXPECT_THAT(diff, Not(HasSubstr("\n  unchanged")));
  EXPECT_THAT(diff, Not(HasSubstr("\x1b")));
}

TEST_F(CeremonyTest, B04_ANameCannotPretendToBeTheFieldsAfterIt) {
  const std::string id = absl::StrCat(kIssuer, "/", absl::BytesToHexString(Sha256("key four")));
  const auto tree =
      BuildTree({{id, IssuerEntryNamed("样例机关\", key 0000000000000000, SM2_SM3 for SIGNING")}});
  ASSERT_TRUE(repository_->StageTree("31/issuers", *tree, kNow).ok());

  EXPECT_THAT(Diff(),
              HasSubstr(R"( "样例机关\", key 0000000000000000, SM2_SM3 for SIGNING", key )"));
}

TEST_F(CeremonyTest, B04_ALineOfAFileThatIsStagedCannotForgeAnother) {
  // Put there by another hand: `stage` would refuse it.
  ASSERT_TRUE(
      repository_->StageFile("calendar/2026", "one\r\x1b[2Kadded nothing\ntwo\u202e\n", kNow).ok());

  EXPECT_THAT(Diff(), HasSubstr("    + one\\u{0D}\\u{1B}[2Kadded nothing\n    + two\\u{202E}\n"));
}

TEST_F(CeremonyTest, B04_AnAgreementWithTextThatIsNoWordIsShownInQuotes) {
  std::ostringstream stream;
  Display out(&stream);

  PrintNewTarget("31/agreements/a/1",
                 "id: 'a revision 7' revision: 1 parties: '31' parties: '50, from 1999' "
                 "from { seconds: 1577808000 }",
                 out);

  EXPECT_THAT(
      stream.str(),
      HasSubstr("agreement \"a revision 7\" revision 1 between 31 "
                "\"50, from 1999\", from 2019-12-31T16:00:00Z (Asia/Shanghai 2020-01-01 00:00)\n"));
}

TEST_F(CeremonyTest, B04_NoListWithSuchATextIsStaged) {
  const std::string path = folder_ + "/list.textproto";
  const auto staging = [&](const std::string& text, StageOptions options) {
    EXPECT_TRUE(WriteWholeFile(path, text).ok());
    options.file = path;
    return StageTarget(options, kNow, repository_.get()).status();
  };
  const std::string issuer = *ReadWholeFile(IssuersFile(""));
  for (const char* hidden : {"\\n", "\\033[8m", "\\u202e", "\\u0085", "\\u200b", "\\u2028",
                             "\\U000e0041", "\\177", "\\u00ad", "\u202e"}) {
    SCOPED_TRACE(hidden);
    const absl::Status refused =
        staging(absl::StrReplaceAll(issuer, {{"样例机关", absl::StrCat("样例", hidden)}}),
                {.issuers = "31"});
    EXPECT_EQ(ReasonOf(refused), Reason::kIssuerListInvalid);
    EXPECT_EQ(FieldOf(refused), "entries[0].name");
  }
  const struct {
    StageOptions options;
    const char* file;
    const char* text;
    Reason reason;
  } kinds[] = {
      {{.catalogue = "31"}, kCatalogue, "name: \"", Reason::kCatalogueInvalid},
      {{.agreement = "31"}, kAgreement, "id: \"", Reason::kAgreementInvalid},
      {{.pack = "31"}, kPack, "version: \"", Reason::kPackInvalid},
      {{.dictionary = true}, kDictionary, "name_zh: \"", Reason::kDictionaryInvalid},
  };
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind.file);
    const std::string text = *ReadWholeFile(kind.file);
    const std::string forged =
        absl::StrReplaceAll(text, {{kind.text, absl::StrCat(kind.text, "\\u202e")}});
    ASSERT_NE(forged, text);
    EXPECT_EQ(ReasonOf(staging(forged, kind.options)), kind.reason);
  }
  EXPECT_EQ(ReasonOf(staging("agreement_id: '\\n'", {.repeal = "31"})), Reason::kAgreementInvalid);
  EXPECT_EQ(ReasonOf(staging("members { member: 'a\\n' }", {.federation = true})),
            Reason::kConfigInvalid);
}

using IssuerRevocationTest = CeremonyTest;

TEST_F(IssuerRevocationTest, EveryKeyOfTheIssuerGetsTheState) {
  const absl::Status revoked = Revoke({.state = "compromised"});

  ASSERT_TRUE(revoked.ok()) << revoked;
  EXPECT_EQ(Count(said_, "COMPROMISED from "), 2u) << said_;
  EXPECT_THAT(said_, HasSubstr("staged 31/issuers, to be signed by j-31"));
  const std::string diff = Diff();
  EXPECT_THAT(diff, AllOf(HasSubstr("j-31: version 1 -> 2"), HasSubstr("NOT SIGNED"),
                          HasSubstr("COMPROMISED from 2026-11-24T00:00:00Z")));
  EXPECT_EQ(Count(diff, "becomes: issuer"), 2u) << diff;
  EXPECT_THAT(diff, Not(HasSubstr("11310000YY0000028H"))) << "the other issuer is as it was";
}

TEST_F(IssuerRevocationTest, OneKeyAloneAndASuspensionWithItsEnd) {
  const std::string key = absl::BytesToHexString(Sha256(KeyNamed("key two")));

  ASSERT_TRUE(
      Revoke({.key = key.substr(0, 16), .state = "suspended", .until = "2026-12-01T00:00:00+08:00"})
          .ok());

  EXPECT_EQ(Count(said_, "SUSPENDED from "), 1u) << said_;
  EXPECT_THAT(said_, HasSubstr(SpokenHex(key)));
  EXPECT_THAT(Diff(), HasSubstr("SUSPENDED from 2026-11-24T00:00:00Z (Asia/Shanghai 08:00) until "
                                "2026-11-30T16:00:00Z (Asia/Shanghai 2026-12-01 00:00)"));
}

TEST_F(IssuerRevocationTest, StatesAddUpInTheOrderOfTheirInstants) {
  ASSERT_TRUE(Revoke({.state = "compromised", .from = "2026-11-24T00:00:00Z"}).ok());

  ASSERT_TRUE(Revoke({.state = "retired", .from = "2026-01-01T00:00:00Z"}).ok());

  EXPECT_THAT(
      Diff(),
      HasSubstr(
          "RETIRED from 2026-01-01T00:00:00Z (Asia/Shanghai 08:00), COMPROMISED from 2026-11-24"));
  EXPECT_TRUE(absl::IsAlreadyExists(Revoke({.state = "retired", .from = "2026-01-01T00:00:00Z"})));
}

TEST_F(IssuerRevocationTest, WhatIsWrongIsNamedAndStagesNothing) {
  const auto field = [&](const RevokeOptions& options) { return FieldOf(Revoke(options)); };

  EXPECT_EQ(field({.state = "gone"}), "--state");
  EXPECT_EQ(field({.state = "unspecified"}), "--state");
  EXPECT_EQ(field({.state = "retired", .from = "2026-11-24"}), "--from");
  EXPECT_EQ(field({.state = "retired", .until = "2026-12-24T00:00:00Z"}), "--until");
  EXPECT_EQ(field({.state = "suspended", .until = "2026-11-24T00:00:00Z"}), "--until");
  EXPECT_EQ(field({.key = "ab", .state = "retired"}), "--key");
  EXPECT_TRUE(absl::IsNotFound(Revoke({.issuer_code = "11310000YY00000399", .state = "retired"})));
  EXPECT_TRUE(absl::IsNotFound(Revoke({.key = std::string(64, '0'), .state = "retired"})));
  EXPECT_FALSE(Revoke({.jurisdiction = "32", .state = "retired"}).ok());
  EXPECT_THAT(Diff(), HasSubstr("nothing is staged"));
}

using TrustDiffTest = CeremonyTest;

TEST_F(TrustDiffTest, ANewAgreementIsSaidInWords) {
  Stage({.file = AgreementFile(), .agreement = "31"});

  EXPECT_THAT(Diff(), AllOf(HasSubstr("added 31/agreements/changsanjiao-2020/1"),
                            HasSubstr("agreement changsanjiao-2020 revision 1 between 31 32 33 34"),
                            HasSubstr("rule: 11100000XX0000019L003 of 31 32 33 34"),
                            HasSubstr("pack: 11100000XX0000019L003 delta-reply 1 of 31, sha256 ")));
}

// Of a key, too, which `keys generate` shows by its digest.
TEST_F(TrustDiffTest, BytesAreShownByDigestsInGroups) {
  trustlist::v1::Federation members;
  auto& member = *members.add_members();
  member.set_member("pearl");
  member.set_first_root_sha256(Sha256("root"));
  trustlist::v1::LogKeys keys;
  keys.add_keys()->set_public_key(KeyNamed("key one"));

  EXPECT_EQ(TargetText("federation", CanonicalBytes(members)),
            absl::StrCat("members {\n  member: \"pearl\"\n  first_root_sha256: ",
                         SpokenDigest(Sha256("root")), "\n}\n"));
  EXPECT_EQ(TargetText("log-keys", CanonicalBytes(keys)),
            absl::StrCat("keys {\n  public_key: ", KeyNamed("key one").size(), " bytes, sha256 ",
                         SpokenDigest(Sha256(KeyNamed("key one"))), "\n}\n"));
}

TEST_F(TrustDiffTest, ARepealIsSaidInWords) {
  const std::string file = folder_ + "/repeal";
  ASSERT_TRUE(WriteWholeFile(file,
                             "agreement_id: \"changsanjiao-2020\" "
                             "effective_from { seconds: 1795478400 }")
                  .ok());
  Stage({.file = file, .repeal = "31"});

  EXPECT_THAT(Diff(), HasSubstr("REPEALS agreement changsanjiao-2020, every revision, from "
                                "2026-11-24T00:00:00Z"));
}

TEST_F(TrustDiffTest, AChangedPackShowsItsChangedLinesOnly) {
  const std::string pack = *ReadWholeFile(kPack);
  const std::string changed = folder_ + "/pack";
  ASSERT_TRUE(WriteWholeFile(changed, "# a new first line\n" + pack).ok());
  Stage({.file = changed, .pack = "31"});

  const std::string diff = Diff();

  EXPECT_THAT(diff, HasSubstr("changed 31/packs/11100000XX0000019L003/delta-reply/1"));
  EXPECT_THAT(diff, HasSubstr("    + # a new first line\n"));
  EXPECT_EQ(Count(diff, "\n    + "), 1u) << diff;
  EXPECT_EQ(Count(diff, "\n    - "), 0u) << diff;
}

TEST_F(TrustDiffTest, AChangedLicenceTypeShowsWhatChangesInIt) {
  std::string text = *ReadWholeFile(kCatalogue);
  const std::string before = "ELEMENT_OBLIGATION_MANDATORY";
  const size_t at = text.find(before);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, before.size(), "ELEMENT_OBLIGATION_OPTIONAL");
  const std::string file = folder_ + "/catalogue";
  ASSERT_TRUE(WriteWholeFile(file, text).ok());
  Stage({.file = file, .catalogue = "31"});

  EXPECT_THAT(Diff(), AllOf(HasSubstr("- "), HasSubstr("OBLIGATION_OPTIONAL"), HasSubstr("+ "),
                            HasSubstr("OBLIGATION_MANDATORY")));
}

TEST_F(TrustDiffTest, IssuersShowAlgorithmUseTypesAndAreas) {
  Stage({.file = IssuersFile("states { kind: ISSUER_STATE_KIND_RETIRED from { seconds: 1 } }"),
         .issuers = "31"});

  EXPECT_THAT(Diff(), HasSubstr("ED25519 for SIGNING, types 11100000XX0000019L003, areas 31"));
}

TEST_F(TrustDiffTest, ARootShowsWhichSignersAreNewAndTheEndBeforeAndAfter) {
  std::ostringstream nowhere;
  Display ignored(&nowhere);
  ASSERT_EQ(RunKeysCommand(std::vector<std::string>{"generate", "--scheme", "ed25519", "--out",
                                                    folder_ + "/keys/offline/root-2.pem"},
                           ignored, ignored),
            kExitOk);
  init_.root_threshold = 2;
  RepositoryFolder later(folder_ + "/repository", {absl::Hours(24 * 30), absl::Hours(24)});
  ASSERT_TRUE(RotateRoot(init_, kNow, &later).ok());

  const std::string diff = Diff();

  EXPECT_THAT(diff,
              HasSubstr("root: version 1 -> 2, until 2026-12-24T00:00:00Z (Asia/Shanghai 08:00) ("
                        "was until 2027-11-24T00:00:00Z (Asia/Shanghai 08:00)), NOT SIGNED"));
  EXPECT_THAT(diff, HasSubstr("  root: 2 of 2 keys "));
  EXPECT_THAT(diff, HasSubstr("    was: 1 of 1 keys "));
  EXPECT_EQ(Count(diff, ", as before"), 3u) << diff;
}

TEST_F(TrustDiffTest, LifetimesAreThoseOfTheCommand) {
  RepositoryFolder shorter(folder_ + "/repository", {absl::Hours(48), absl::Hours(24)});

  ASSERT_TRUE(RenewRole("j-31", kNow, &shorter).ok());
  EXPECT_THAT(Diff(), HasSubstr("j-31: version 1 -> 2, until 2026-11-25T00:00:00Z"));
}

}  // namespace
}  // namespace mrg
