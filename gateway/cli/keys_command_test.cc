#include "gateway/cli/keys_command.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/crypto/signer_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RanCommand Mrgctl(const std::vector<std::string>& words) {
  return RunCommand(&RunKeysCommand, words);
}

std::string NewFolder() {
  std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/keys-XXXXXX";
  return mkdtemp(folder.data());
}

int ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
}

TEST(KeysCommand, EverySchemeGivesAKeyThatSignsUnderItsPublicPart) {
  const std::string folder = NewFolder();
  for (const std::string scheme : {"sm2-sm3", "ecdsa-p256-sha256", "ed25519", "rsa-pss-sha256"}) {
    const std::string key = folder + "/" + scheme + ".pem";

    const RanCommand ran =
        Mrgctl({"generate", "--scheme", scheme, "--out", key, "--public", key + ".pub"});

    ASSERT_EQ(ran.code, kExitOk) << ran.err;
    EXPECT_EQ(ModeOf(key), 0600) << scheme;
    EXPECT_THAT(ran.out, HasSubstr(scheme));
    EXPECT_THAT(ran.out, Not(HasSubstr("PRIVATE")));
    auto signer = SignerFromFile(key);
    ASSERT_TRUE(signer.ok()) << signer.status();
    EXPECT_EQ(SchemeName((*signer)->public_key().scheme()), scheme);
    EXPECT_EQ(*ReadWholeFile(key + ".pub"), PublicKeyToPem((*signer)->public_key()));
    const std::string signature = *(*signer)->Sign("words");
    EXPECT_TRUE((*NewEvpVerifier((*signer)->public_key()))->Verify("words", signature).ok());
  }
}

TEST(KeysCommand, ExistingKeyIsNeverOverwritten) {
  const std::string key = NewFolder() + "/key.pem";
  ASSERT_EQ(Mrgctl({"generate", "--scheme", "ed25519", "--out", key}).code, kExitOk);
  const std::string before = *ReadWholeFile(key);

  const RanCommand again = Mrgctl({"generate", "--scheme", "ed25519", "--out", key});

  EXPECT_EQ(again.code, kExitFailed);
  EXPECT_THAT(again.err, HasSubstr("key.pem"));
  EXPECT_EQ(*ReadWholeFile(key), before);
}

TEST(KeysCommand, InitMakesOneFileARoleAndNoneTwiceTheSame) {
  const std::string dir = NewFolder() + "/member";

  const RanCommand ran = Mrgctl({"init", "--dir", dir, "--jurisdictions", "31,32"});

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  std::set<std::string> contents;
  size_t files = 0;
  for (const std::string name :
       {"online/timestamp.pem", "online/snapshot.pem", "online/status.pem", "online/log.pem",
        "online/idempotency.key", "online/epoch-31.key", "online/epoch-32.key", "offline/root.pem",
        "offline/targets.pem", "offline/j-31.pem", "offline/j-32.pem"}) {
    EXPECT_EQ(ModeOf(dir + "/" + name), 0600) << name;
    contents.insert(*ReadWholeFile(dir + "/" + name));
    ++files;
  }
  EXPECT_EQ(contents.size(), files);
  EXPECT_EQ(ModeOf(dir + "/offline"), 0700);
  EXPECT_EQ((*SignerFromFile(dir + "/offline/j-31.pem"))->public_key().scheme(), Scheme::kSm2Sm3);
  EXPECT_EQ((*SignerFromFile(dir + "/online/log.pem"))->public_key().scheme(), Scheme::kEd25519);
}

// The folder of a member of Shanghai and Jiangsu, as `mrgctl init` lays it out.
class EpochCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Mrgctl({"init", "--dir", keys_, "--jurisdictions", "31,32"}).code, kExitOk);
    WriteConfig("");
  }

  void WriteConfig(const std::string& further_keys) const {
    ASSERT_TRUE(WriteWholeFile(folder_ + "/node.textproto",
                               R"(jurisdictions: "31" jurisdictions: "32"
keys {
  epoch_keys { jurisdiction: "31" epoch: 1 path: "keys/online/epoch-31.key" }
  epoch_keys { jurisdiction: "32" epoch: 1 path: "keys/online/epoch-32.key" }
)" + further_keys + "}\n")
                    .ok());
  }

  RanCommand Epoch(const std::string& jurisdiction, const std::string& number,
                   const std::string& from, std::vector<std::string> further = {}) const {
    std::vector<std::string> words = {
        "epoch", "--dir", keys_, "--jurisdiction", jurisdiction, "--epoch", number, "--from", from};
    words.insert(words.end(), further.begin(), further.end());
    return Mrgctl(words);
  }

  bool IsMade(const std::string& name) const {
    return std::filesystem::exists(keys_ + "/online/" + name);
  }

  const std::string folder_ = NewFolder();
  const std::string keys_ = folder_ + "/keys";
  const std::string from_ = "2097-01-01T00:00:00+08:00";
};

TEST_F(EpochCommand, MakesTheKeyOfAFurtherEpochOnceAndPrintsItsLine) {
  const RanCommand ran = Epoch("31", "2", from_);

  const std::string key = keys_ + "/online/epoch-31-2.key";
  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ran.out,
            "epoch_keys { jurisdiction: \"31\" epoch: 2 path: \"keys/online/epoch-31-2.key\" "
            "from { seconds: 4007808000 } }\n")
      << "a path that counts from the configuration's folder";
  EXPECT_EQ(ModeOf(key), 0600);
  const std::string secret = *ReadWholeFile(key);
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_NE(secret, *ReadWholeFile(keys_ + "/online/epoch-31.key"));
  const RanCommand again = Epoch("31", "2", from_);
  EXPECT_EQ(again.code, kExitFailed);
  EXPECT_THAT(again.err, HasSubstr("epoch-31-2.key"));
  EXPECT_EQ(*ReadWholeFile(key), secret);
}

TEST_F(EpochCommand, AnEpochWithWhichTheNodeWouldNotStartMakesNothing) {
  const RanCommand foreign = Epoch("44", "2", from_);
  const RanCommand gap = Epoch("31", "3", from_);
  const RanCommand past = Epoch("31", "2", "2024-01-01T00:00:00Z");
  WriteConfig(
      "epoch_keys { jurisdiction: \"32\" epoch: 2 path: \"b\" from { seconds: 4007808000 } }\n");
  const RanCommand before_the_last = Epoch("32", "3", "2096-01-01T00:00:00Z");
  const RanCommand again = Epoch("32", "2", "2098-01-01T00:00:00Z");

  EXPECT_THAT(foreign.err, AllOf(HasSubstr("--jurisdiction: expected one of 31, 32, "),
                                 HasSubstr("/node.textproto")));
  EXPECT_THAT(gap.err, HasSubstr("--epoch: expected 2, one above the newest of 31 in "));
  EXPECT_THAT(past.err, HasSubstr("--from: expected a time to come, "));
  EXPECT_THAT(before_the_last.err,
              HasSubstr("--from: expected a time after that of epoch 2, 2096-12-31T16:00:00"));
  EXPECT_THAT(again.err, HasSubstr("--epoch: expected 3, "));
  for (const RanCommand& ran : {foreign, gap, past, before_the_last, again}) {
    EXPECT_EQ(ran.code, kExitFailed);
  }
  for (const char* name :
       {"epoch-44-2.key", "epoch-31-2.key", "epoch-31-3.key", "epoch-32-2.key", "epoch-32-3.key"}) {
    EXPECT_FALSE(IsMade(name)) << name;
  }
}

TEST_F(EpochCommand, TheConfigurationIsNamedWhereItStandsElsewhere) {
  std::filesystem::create_directory(folder_ + "/etc");
  std::filesystem::rename(folder_ + "/node.textproto", folder_ + "/etc/delta.textproto");

  const RanCommand unnamed = Epoch("31", "2", from_);
  const RanCommand named = Epoch("31", "2", from_, {"--config", folder_ + "/etc/delta.textproto"});

  EXPECT_THAT(unnamed.err, AllOf(HasSubstr("--config"), HasSubstr("/node.textproto")));
  EXPECT_THAT(named.out, HasSubstr("path: \"../keys/online/epoch-31-2.key\""));
}

TEST_F(EpochCommand, OneThatIsNoFurtherOneOrHasNoTimeMakesNothing) {
  EXPECT_THAT(Epoch("31", "1", from_).err, HasSubstr("--epoch"));
  EXPECT_THAT(Epoch("31", "2", "tomorrow").err, HasSubstr("--from"));
  // Forms that a loose parser takes.
  for (const char* loose : {"infinite-future", " 2027-01-01T00:00:00+08:00", "2027-1-1T0:0:0Z",
                            "12027-01-01T00:00:00Z", "2027-01-01T00:00:60Z"}) {
    EXPECT_THAT(Epoch("31", "2", loose).err, HasSubstr("--from")) << loose;
  }
  EXPECT_THAT(Epoch("31", "2", "2027-01-01T00:00:00.5+08:00").err, HasSubstr("--from"));
  EXPECT_EQ(Epoch("3x", "2", from_).code, kExitFailed);
  EXPECT_EQ(Epoch("31", "-2", from_).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"epoch", "--dir", keys_, "--jurisdiction", "31", "--epoch", "2"}).code,
            kExitUsage);
  EXPECT_FALSE(IsMade("epoch-31-2.key"));
}

TEST(KeysCommand, WrongWordsAreAUsageErrorAndMakeNothing) {
  const std::string folder = NewFolder();

  EXPECT_EQ(Mrgctl({}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"generate", "--out", folder + "/a"}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"generate", "--scheme", "rot13", "--out", folder + "/a"}).code, kExitFailed);
  EXPECT_EQ(Mrgctl({"init", "--dir", folder, "--jurisdictions", "3x"}).code, kExitFailed);
  EXPECT_FALSE(std::filesystem::exists(folder + "/a"));
}

TEST(PrivateKey, FileThatOthersReadOrThatIsNoKeyIsRefused) {
  const std::string folder = NewFolder();
  ASSERT_TRUE(WriteWholeFile(folder + "/none.pem", "no key").ok());
  chmod((folder + "/none.pem").c_str(), 0600);
  EXPECT_THAT(SignerFromFile(folder + "/none.pem").status().message(), HasSubstr("none.pem"));
  const std::string key = folder + "/key.pem";
  ASSERT_EQ(Mrgctl({"generate", "--scheme", "ed25519", "--out", key}).code, kExitOk);
  ASSERT_TRUE(SignerFromFile(key).ok());
  chmod(key.c_str(), 0644);
  EXPECT_FALSE(SignerFromFile(key).ok());
}

}  // namespace
}  // namespace mrg
