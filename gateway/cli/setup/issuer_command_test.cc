#include "gateway/cli/setup/issuer_command.h"

#include <stdlib.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/cli/command.h"
#include "gateway/cli/member_keys.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/crypto/development_authority.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kAuthority[] = "11310000YY000001XH";
constexpr char kOther[] = "11320000YY000001XM";
constexpr char kType[] = "11100000XX0000019L003";

using Flags = std::map<std::string, std::string>;

// A repository of the jurisdiction 31 with its catalogue.
class IssuerCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = std::string(getenv("TEST_TMPDIR")) + "/issuer-XXXXXX";
    folder_ = mkdtemp(folder.data());
    const absl::Time now = RealClock().Now();
    ASSERT_TRUE(MakeMemberKeys(Path("keys"), {"31"}, Scheme::kSm2Sm3).ok());
    RepositoryFolder repository(Path("repository"));
    InitOptions options;
    options.member = "delta";
    options.keys = Path("keys");
    options.jurisdictions = {"31"};
    options.log_origin = "delta/log-1";
    ASSERT_TRUE(InitRepository(options, now, &repository).ok());
    StageOptions catalogue;
    catalogue.catalogue = "31";
    catalogue.file = "deploy/regions/yangtze-delta/catalogue-31.textproto";
    catalogue.canonical = "deploy/packs/canonical/1.textproto";
    ASSERT_TRUE(StageTarget(catalogue, now, &repository).ok());
    key_ = NewKey("key", Scheme::kSm2Sm3);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  // Result: the digest of a new key whose public part is in the file `name`.pub.pem.
  std::string NewKey(const std::string& name, Scheme scheme) const {
    const auto key = MakeKey(scheme, Path(name + ".pem"));
    EXPECT_TRUE(key.ok()) << key.status();
    EXPECT_TRUE(WriteWholeFile(Path(name + ".pub.pem"), PublicKeyToPem(*key)).ok());
    return key->spki_sha256();
  }

  RanCommand Add(const Flags& other) const {
    Flags flags = {{"--repository", Path("repository")},
                   {"--jurisdiction", "31"},
                   {"--code", kAuthority},
                   {"--name", "上海样例发证机关"},
                   {"--type", kType},
                   {"--pem", Path("key.pub.pem")}};
    for (const auto& [flag, value] : other) flags[flag] = value;
    std::vector<std::string> words = {"add"};
    for (const auto& [flag, value] : flags) {
      if (value != "-") words.insert(words.end(), {flag, value});
    }
    return RunCommand(&RunIssuerCommand, words);
  }

  // The ids that a signature of j-31 would put in force.
  std::vector<std::string> StagedIds() const {
    const RepositoryFolder repository(Path("repository"));
    std::vector<std::string> ids;
    const auto roles = DiffRepository(repository);
    EXPECT_TRUE(roles.ok()) << roles.status();
    for (const RoleDiff& role : *roles) {
      for (const TargetDiff& target : role.targets) {
        if (target.path != "31/issuers") continue;
        EXPECT_TRUE(ForEachEntryDiff(repository, target, [&](const EntryDifference& entry) {
                      ids.push_back(std::string(entry.id));
                      return absl::OkStatus();
                    }).ok());
      }
    }
    return ids;
  }

  std::string folder_;
  std::string key_;
};

TEST_F(IssuerCommand, AKeyIsListedFromItsFileAndItsDigestIsShownToBeReadOut) {
  const RanCommand ran = Add({});

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("staged 31/issuers, to be signed by j-31"),
                             HasSubstr("its key, sm2-sm3: " + SpokenDigest(key_))));
  EXPECT_EQ(StagedIds().size(), 1u);
}

TEST_F(IssuerCommand, FurtherKeysOfEachSchemeThatLicencesMayHaveJoinTheList) {
  ASSERT_EQ(Add({}).code, kExitOk);
  NewKey("p256", Scheme::kEcdsaP256Sha256);

  const RanCommand of_the_same = Add({{"--pem", Path("p256.pub.pem")}});
  const RanCommand of_another = Add({{"--pem", Path("p256.pub.pem")}, {"--code", kOther}});
  const RanCommand again = Add({});

  EXPECT_EQ(of_the_same.code, kExitOk) << of_the_same.err;
  EXPECT_THAT(of_the_same.out, HasSubstr("its key, ecdsa-p256-sha256: "));
  EXPECT_EQ(of_another.code, kExitOk) << of_another.err;
  EXPECT_EQ(again.code, kExitFailed);
  EXPECT_THAT(again.err, HasSubstr("already"));
  EXPECT_EQ(StagedIds().size(), 3u);
}

TEST_F(IssuerCommand, ACertificateServesAsWellAsAKey) {
  const auto authority =
      MakeDevelopmentAuthority("issuer.example", absl::Hours(24), RealClock().Now());
  ASSERT_TRUE(authority.ok());
  ASSERT_TRUE(WriteWholeFile(Path("issuer.crt"), authority->certificate_pem).ok());

  const RanCommand ran = Add({{"--pem", "-"}, {"--certificate", Path("issuer.crt")}});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("its key, ecdsa-p256-sha256: "));
}

TEST_F(IssuerCommand, WhatIsWrongIsToldInOneLineWithTheFlagAndStagesNothing) {
  struct Case {
    std::string flag, value, expected;
  };
  const std::vector<Case> cases = {
      {"--jurisdiction", "3x", "expected a province code"},
      {"--code", "11310000YY000001XA", "check characters of GB 32100"},
      {"--name", "", "expected"},
      {"--type", "11100000XX0000019L004", "expected"},
      {"--type", "driving", "expected"},
      {"--area", "32", "expected an area of 31"},
      {"--from", "tomorrow", "expected an instant with its offset"},
      {"--pem", Path("none"), "cannot read"},
      {"--pem", Path("repository/metadata/1.root.json"), "expected a PEM public key"},
      {"--repository", Path("none"), "cannot read"},
  };
  for (const Case& one : cases) {
    const RanCommand ran = Add({{one.flag, one.value}});
    EXPECT_EQ(ran.code, kExitFailed) << one.flag << " " << one.value;
    EXPECT_THAT(ran.err, HasSubstr(one.expected)) << one.flag << " " << one.value;
    EXPECT_TRUE(one.flag == "--repository" || absl::StrContains(ran.err, one.flag + ": "))
        << ran.err;
    EXPECT_TRUE(IsOneRefusal(ran.err)) << ran.err;
  }
  EXPECT_TRUE(StagedIds().empty());
}

TEST_F(IssuerCommand, OneFileWithTheKeyIsNeeded) {
  EXPECT_EQ(Add({{"--pem", "-"}}).code, kExitUsage);
  EXPECT_EQ(Add({{"--certificate", Path("key.pub.pem")}}).code, kExitUsage);
}

}  // namespace
}  // namespace mrg
