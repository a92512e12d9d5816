#include "gateway/cli/certificate_command.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/config/tls_files.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/contact.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;  // of bytes that are zero
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDomain[] = "delta.mrg.example";
constexpr absl::Duration kDay = absl::Hours(24);

RanCommand Mrgctl(const std::vector<std::string>& words) {
  return RunCommand(&RunCertificateCommand, words);
}

std::string NewFolder() {
  std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/certificates-XXXXXX";
  return mkdtemp(folder.data());
}

int ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
}

size_t FilesIn(const std::string& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// A folder with the CA of kDomain.
std::string NewAuthority(const std::string& days = "365") {
  const std::string folder = NewFolder() + "/tls";
  const RanCommand ran =
      Mrgctl({"authority", "--domain", kDomain, "--out", folder, "--days", days});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  return folder;
}

// The words that ask for a node's certificate, with some replaced or added.
std::vector<std::string> IssueWords(const std::string& folder,
                                    const std::vector<std::pair<std::string, std::string>>& other) {
  std::vector<std::pair<std::string, std::string>> flags = {{"--authority", folder},
                                                            {"--identity", "node/log-1"},
                                                            {"--dns", "node.delta.mrg.example"},
                                                            {"--ip", "127.0.0.1"},
                                                            {"--out", folder + "/node"}};
  for (const auto& one : other) {
    bool replaced = false;
    for (auto& flag : flags) {
      if (flag.first == one.first) flag.second = one.second, replaced = true;
    }
    if (!replaced) flags.push_back(one);
  }
  std::vector<std::string> words = {"issue"};
  for (const auto& [flag, value] : flags) words.insert(words.end(), {flag, value});
  return words;
}

TlsFiles FilesOf(const std::string& folder) {
  return {folder + "/node.pem",
          folder + "/node.key",
          std::string("spiffe://") + kDomain + "/node/log-1",
          {{kDomain, folder + "/ca.pem"}},
          {}};
}

TEST(CertificateCommand, ANodeTakesWhatIsIssued) {
  const std::string folder = NewAuthority();

  const RanCommand ran = Mrgctl(IssueWords(folder, {}));

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("spiffe://delta.mrg.example/node/log-1 until 2"),
                             Not(HasSubstr("PRIVATE"))));
  EXPECT_EQ(ModeOf(folder), 0700);
  EXPECT_EQ(ModeOf(folder + "/ca.key"), 0600);
  EXPECT_EQ(ModeOf(folder + "/node.key"), 0600);
  EXPECT_EQ(ModeOf(folder + "/node.pem"), 0644);
  EXPECT_EQ(FilesIn(folder), 4u) << "nothing else is left";
  const absl::Time now = RealClock().Now();
  const auto bundles = LoadTrustBundles(FilesOf(folder));
  ASSERT_TRUE(bundles.ok()) << bundles.status();
  const auto own = LoadOwnCertificate(FilesOf(folder), *bundles, now);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_GT(own->ends, now + 29 * kDay);
  EXPECT_LE(own->ends, now + 30 * kDay);
  EXPECT_TRUE(CheckCa(kDomain, *ReadWholeFile(folder + "/ca.pem")).ok()) << "as a contact has it";
}

TEST(CertificateCommand, SeveralHostsAndAddressesStandInOneCertificate) {
  const std::string folder = NewAuthority();
  std::vector<std::string> words = IssueWords(folder, {});
  words.insert(words.end(), {"--dns", "api.delta.mrg.example", "--ip", "10.0.0.1"});

  const RanCommand ran = Mrgctl(words);

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  const std::string pem = *ReadWholeFile(folder + "/node.pem");
  std::string der;
  ASSERT_TRUE(absl::Base64Unescape(
      pem.substr(pem.find('\n') + 1, pem.find("-----END") - pem.find('\n') - 1), &der));
  EXPECT_THAT(der, AllOf(HasSubstr("node.delta.mrg.example"), HasSubstr("api.delta.mrg.example"),
                         HasSubstr("\x7f\x00\x00\x01"s), HasSubstr("\x0a\x00\x00\x01"s)));
}

TEST(CertificateCommand, ANodeTakesItNoLongerThanAskedFor) {
  const std::string folder = NewAuthority();
  ASSERT_EQ(Mrgctl(IssueWords(folder, {{"--days", "1"}})).code, kExitOk);
  const auto bundles = LoadTrustBundles(FilesOf(folder));
  const absl::Time now = RealClock().Now();

  EXPECT_TRUE(LoadOwnCertificate(FilesOf(folder), *bundles, now).ok());
  EXPECT_FALSE(LoadOwnCertificate(FilesOf(folder), *bundles, now + kDay).ok());
}

TEST(CertificateCommand, NothingIsOverwrittenAndHalfAPairIsNotLeft) {
  const std::string folder = NewAuthority();
  ASSERT_EQ(Mrgctl(IssueWords(folder, {})).code, kExitOk);
  const std::string ca = *ReadWholeFile(folder + "/ca.pem");
  const std::string key = *ReadWholeFile(folder + "/node.key");
  ASSERT_TRUE(WriteWholeFile(folder + "/lone.pem", "mine").ok());

  const RanCommand again = Mrgctl(IssueWords(folder, {}));
  const RanCommand other_ca = Mrgctl({"authority", "--domain", "b.example", "--out", folder});
  const RanCommand half = Mrgctl(IssueWords(folder, {{"--out", folder + "/lone"}}));

  EXPECT_EQ(again.code, kExitFailed);
  EXPECT_THAT(again.err, AllOf(HasSubstr("--out: "), HasSubstr("node.key is there")));
  EXPECT_EQ(other_ca.code, kExitFailed);
  EXPECT_THAT(other_ca.err, AllOf(HasSubstr("--out: "), HasSubstr("ca.key is there")));
  EXPECT_THAT(half.err, HasSubstr("lone.pem is there"));
  EXPECT_EQ(*ReadWholeFile(folder + "/ca.pem"), ca);
  EXPECT_EQ(*ReadWholeFile(folder + "/node.key"), key);
  EXPECT_EQ(*ReadWholeFile(folder + "/lone.pem"), "mine");
  EXPECT_FALSE(fs::exists(folder + "/lone.key"));
  EXPECT_EQ(FilesIn(folder), 5u);
}

TEST(CertificateCommand, WhatIsWrongIsToldInOneLineWithTheFlagAndNothingIsMade) {
  const std::string folder = NewAuthority("10");
  struct Case {
    std::string flag, value, expected;
  };
  const std::vector<Case> cases = {
      {"--identity", "node/../x", "expected segments of [A-Za-z0-9._-]"},
      {"--identity", "", "such as node/log-1"},
      {"--identity", "/", "such as node/log-1"},
      {"--identity", "node//x", "such as node/log-1"},
      {"--identity", "node/log 1", "such as node/log-1"},
      {"--ip", "127.0.0", "expected an IPv4 address"},
      {"--ip", "10.0.0.1/8", "without brackets"},
      {"--dns", "*.example", "no wildcard"},
      {"--dns", "a,URI:spiffe://hub.example/node/x", "the name of one host"},
      {"--days", "0", "expected days, 1 to 398, found \"0\""},
      {"--days", "-3", "expected days, 1 to 398"},
      {"--days", "399", "expected days, 1 to 398"},
      {"--authority", folder + "/none", "ca.pem"},
      {"--out", folder + "/none/node", "cannot write"},
  };
  for (const Case& one : cases) {
    const RanCommand ran = Mrgctl(IssueWords(folder, {{"--days", "5"}, {one.flag, one.value}}));
    EXPECT_EQ(ran.code, kExitFailed) << one.flag << " " << one.value;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(one.flag + ": "), HasSubstr(one.expected))) << one.value;
    EXPECT_TRUE(IsOneRefusal(ran.err)) << ran.err;
  }
  const RanCommand outlives = Mrgctl(IssueWords(folder, {}));
  EXPECT_THAT(outlives.err, AllOf(HasSubstr("--authority: "), HasSubstr("no later than")));
  for (const char* domain : {"", "Delta.example", "a/b", "local", "a b"}) {
    const RanCommand ran = Mrgctl({"authority", "--domain", domain, "--out", folder + "/other"});
    EXPECT_EQ(ran.code, kExitFailed) << domain;
    EXPECT_THAT(ran.err, HasSubstr("--domain: expected a trust domain, [a-z0-9._-]{1,255}"));
  }
  const RanCommand forever =
      Mrgctl({"authority", "--domain", "a.example", "--out", folder + "/other", "--days", "3651"});
  EXPECT_THAT(forever.err, HasSubstr("--days: expected days, 1 to 3650"));
  EXPECT_EQ(FilesIn(folder), 2u);
}

TEST(CertificateCommand, ARevocationIsAddedToTheListThatLiesBesideTheCa) {
  const std::string folder = NewAuthority();
  ASSERT_EQ(Mrgctl(IssueWords(folder, {})).code, kExitOk);

  const RanCommand empty = Mrgctl({"revoke", "--authority", folder});
  const RanCommand ran =
      Mrgctl({"revoke", "--authority", folder, "--certificate", folder + "/node.pem"});

  ASSERT_EQ(empty.code, kExitOk) << empty.err;
  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr(folder + "/ca.crl"), HasSubstr("crl_path")));
  const auto lists = ParsePemRevocationLists(*ReadWholeFile(folder + "/ca.crl"));
  ASSERT_TRUE(lists.ok()) << lists.status();
  const auto leaf = ParsePemCertificates(*ReadWholeFile(folder + "/node.pem"));
  const auto ca = ParsePemCertificates(*ReadWholeFile(folder + "/ca.pem"));
  EXPECT_TRUE(VerifyChain(leaf->front(), {}, *ca, RealClock().Now()).ok());
  EXPECT_FALSE(VerifyChain(leaf->front(), {}, *ca, RealClock().Now(), *lists).ok());
  EXPECT_FALSE(fs::exists(folder + "/ca.crl.next"));
  const std::string before = *ReadWholeFile(folder + "/ca.crl");
  const RanCommand foreign =
      Mrgctl({"revoke", "--authority", folder, "--certificate", NewAuthority() + "/ca.pem"});
  EXPECT_EQ(foreign.code, kExitFailed);
  EXPECT_EQ(*ReadWholeFile(folder + "/ca.crl"), before);
}

TEST(CertificateCommand, AKeyThatOthersMayReadOrAnotherKeyIssuesNothing) {
  const std::string folder = NewAuthority();
  const std::string other = NewAuthority();
  fs::permissions(folder + "/ca.key", fs::perms(0644));
  const RanCommand open_key = Mrgctl(IssueWords(folder, {}));
  fs::remove(folder + "/ca.key");
  fs::copy_file(other + "/ca.key", folder + "/ca.key");
  fs::permissions(folder + "/ca.key", fs::perms(0600));
  const RanCommand other_key = Mrgctl(IssueWords(folder, {}));

  EXPECT_THAT(open_key.err, AllOf(HasSubstr("--authority: "), HasSubstr("0600")));
  EXPECT_THAT(other_key.err,
              AllOf(HasSubstr("--authority: "), HasSubstr("CERTIFICATE_KEY_MISMATCH")));
  EXPECT_FALSE(fs::exists(folder + "/node.pem"));
}

TEST(CertificateCommand, WrongWordsAreAUsageError) {
  EXPECT_EQ(Mrgctl({}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"authority", "--domain", "a.example"}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"issue", "--identity", "node/log-1"}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"revoke"}).code, kExitUsage);
}

}  // namespace
}  // namespace mrg
