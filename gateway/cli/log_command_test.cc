#include "gateway/cli/log_command.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/cli/command.h"
#include "gateway/cli/log/testing/log_node.h"
#include "gateway/cli/testing/log_command_suite.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "trustlist/bundle/bundle_archive.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

namespace fs = std::filesystem;

using LogCommand = LogCommandSuite;
using Threat = LogCommandSuite;

TEST_F(LogCommand, TheFirstCheckpointIsVerifiedByTrustAndKept) {
  EXPECT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();

  EXPECT_THAT(out_.str(), AllOf(HasSubstr(kOrigin), HasSubstr(": 5 records"), HasSubstr("first")));
  EXPECT_EQ(ReadFile(KeptPath()), log_.note());
  struct stat info = {};
  ASSERT_EQ(stat(Path("state").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
}

TEST_F(LogCommand, ALogThatGoesOnTakesThePlaceOfTheOneBefore) {
  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  log_.AppendMany(4, first_ + absl::Hours(1));

  EXPECT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();

  EXPECT_THAT(out_.str(), AllOf(HasSubstr(": 9 records"), HasSubstr("of 5 records")));
  EXPECT_EQ(ReadFile(KeptPath()), log_.note());

  EXPECT_EQ(Log({"checkpoint", "--output", "json"}), kExitOk) << err_.str();
  EXPECT_EQ(JsonLines().at(0).at("size"), 9);
  EXPECT_EQ(JsonLines().at(0).at("continues"), 9);
}

TEST_F(Threat, R18_ALogThatDoesNotGoOnIsContradictedByTheKeptCheckpointWhichStays) {
  struct Fork {
    const char* what;
    int records;
    const char* why;
  };
  for (const Fork& fork : {Fork{"shorter", 3, "it is shorter"},
                           Fork{"as long", 5, "as many records have another root"},
                           Fork{"longer", 8, "the node's proof does not hold"}}) {
    node_.Serve(&log_);
    ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
    const std::string kept = ReadFile(KeptPath());
    MemoryLog other(kOrigin, log_.key());
    other.AppendMany(fork.records, first_ + absl::Minutes(1));
    node_.Serve(&other);

    for (const char* command : {"checkpoint", "list"}) {
      ExpectRefused({command}, "LOG_CONTRADICTED: yangtze-delta/log-1: ");
      EXPECT_THAT(err_.str(), AllOf(HasSubstr(fork.why), HasSubstr(KeptPath()))) << fork.what;
    }

    EXPECT_EQ(ReadFile(KeptPath()), kept) << fork.what;
    ASSERT_THAT(Contradicting(), SizeIs(1)) << fork.what;
    EXPECT_EQ(ReadFile(Contradicting().at(0)), other.note()) << fork.what;
    fs::remove(Contradicting().at(0));
  }
}

TEST_F(Threat, R18_ANodeThatSaysItsLogIsEmptyIsContradicted) {
  MemoryLog empty(kOrigin, log_.key());
  node_.Serve(&empty);
  ExpectRefused({"checkpoint"}, "RECORD_NOT_FOUND: the log is empty");
  node_.Serve(&log_);
  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  node_.Serve(&empty);

  ExpectRefused({"checkpoint"}, "LOG_CONTRADICTED: the node says that its log is empty");

  EXPECT_EQ(ReadFile(KeptPath()), log_.note());
}

TEST_F(Threat, R18_ACheckpointThatNoListedKeySignsNowIsRefusedAndNotKept) {
  MemoryLog foreign(kOrigin);
  foreign.AppendMany(6, first_);
  node_.Serve(&foreign);
  ExpectRefused({"checkpoint"}, "RECEIPT_CHECKPOINT_INVALID: checkpoint of yangtze-delta/log-1");

  MemoryLog unlisted("yangtze-delta/log-9");
  unlisted.AppendMany(6, first_);
  node_.Serve(&unlisted);
  ExpectRefused({"checkpoint"}, "the node shows the log yangtze-delta/log-9");

  MemoryLog ended("yangtze-delta/log-0");
  ended.AppendMany(6, first_);
  node_.ListKey("yangtze-delta/log-0", *ended.key(), now_ - absl::Hours(48), now_ - absl::Hours(1));
  node_.Serve(&ended);
  ExpectRefused({"checkpoint"}, "lists a key that signs now");

  EXPECT_FALSE(fs::exists(KeptPath()));
}

TEST_F(Threat, R18_AKeptCheckpointThatWasChangedIsNotComparedWith) {
  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  MemoryLog other(kOrigin);
  other.AppendMany(2, first_);
  std::ofstream(KeptPath()) << other.note();

  ExpectRefused({"checkpoint"}, absl::StrCat("RECEIPT_CHECKPOINT_INVALID: ", KeptPath()));

  EXPECT_EQ(ReadFile(KeptPath()), other.note());
}

TEST_F(LogCommand, AnotherLogOfTheMemberIsKeptBesideAndTheFirstOneTold) {
  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  MemoryLog second("yangtze-delta/log-2");
  second.AppendMany(2, first_);
  node_.ListKey("yangtze-delta/log-2", *second.key(), now_ - absl::Hours(1));
  node_.Serve(&second);

  EXPECT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();

  EXPECT_THAT(out_.str(), HasSubstr("also kept 另存: yangtze-delta/log-1\n"));
  EXPECT_EQ(ReadFile(KeptPath()), log_.note());
  EXPECT_EQ(ReadFile(Path("state/logs/yangtze-delta/log-2/checkpoint")), second.note());
}

TEST_F(LogCommand, LogKeysComeFromTheRootThatTrustBeganWith) {
  const std::vector<std::string> words = {"checkpoint",    "--publisher",   kMember,
                                          "--address",     node_.address(), "--trust-address",
                                          node_.address(), "--state",       Path("state")};
  EXPECT_EQ(Run(words), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("expected --root FILE"));

  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  EXPECT_EQ(Run(words), kExitOk) << "without --root: " << err_.str();
  EXPECT_EQ(Log({"checkpoint", "--root", Path("root")}), kExitOk) << err_.str();

  const RepositorySimulator others(now_);
  ExpectRefused({"checkpoint", "--root", WriteFile("other-root", others.root(1))},
                "MEMBER_ROOT_UNCONFIRMED");
}

TEST_F(LogCommand, ListsThatTheTrustedRootDoesNotSignGiveNoKey) {
  const RepositorySimulator others(now_);
  WriteFile("root", others.root(1));

  ExpectRefused({"checkpoint"}, "METADATA_THRESHOLD: lists of yangtze-delta from unix:");

  EXPECT_FALSE(fs::exists(Path("state/logs")));
}

TEST_F(LogCommand, ListsMayComeAsABundleWhichIsBelievedNoMore) {
  const auto bundle = *BundleWriter::Create(Path("lists.tar"));
  for (const auto& [name, bytes] : node_.lists().all_served()) {
    const char* const kind = absl::EndsWith(name, ".json") ? "metadata" : "targets";
    ASSERT_TRUE(bundle->Add(absl::StrCat(kMember, "/", kind, "/", name), bytes).ok()) << name;
  }
  ASSERT_TRUE(bundle->Finish().ok());
  const auto with_bundle = [&](const std::string& file, const std::string& root) {
    return Run({"checkpoint", "--publisher", kMember, "--address", node_.address(), "--state",
                Path("state-of-" + root), "--root", Path(root), "--bundle", file});
  };
  const RepositorySimulator others(now_);
  WriteFile("other-root", others.root(1));

  EXPECT_EQ(with_bundle(Path("lists.tar"), "root"), kExitOk) << err_.str();

  EXPECT_EQ(with_bundle(Path("lists.tar"), "other-root"), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("METADATA_THRESHOLD: lists of yangtze-delta from /"));
  const std::string cut = ReadFile(Path("lists.tar")).substr(0, 3000);
  EXPECT_EQ(with_bundle(WriteFile("cut.tar", cut), "root"), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("BUNDLE_MALFORMED: --bundle: "));
}

TEST_F(LogCommand, StateThatOthersMayOpenIsRefusedAndStays) {
  fs::create_directories(Path("state"));
  fs::permissions(Path("state"), fs::perms(0755));

  ExpectRefused({"checkpoint"}, "expected a folder of mode 0700");

  EXPECT_TRUE(fs::is_empty(Path("state")));
}

TEST_F(LogCommand, TheDefaultStateIsWhereXdgSays) {
  const std::string root = Path("root");
  const std::vector<std::string> words = {"checkpoint",    "--publisher",   kMember,
                                          "--address",     node_.address(), "--trust-address",
                                          node_.address(), "--root",        root};
  setenv("HOME", Path("home").c_str(), 1);
  setenv("XDG_STATE_HOME", Path("xdg").c_str(), 1);
  EXPECT_EQ(Run(words), kExitOk) << err_.str();
  EXPECT_TRUE(fs::exists(Path("xdg/mrg/logs/yangtze-delta/log-1/checkpoint")));

  setenv("XDG_STATE_HOME", "relative", 1);
  EXPECT_EQ(Run(words), kExitOk) << err_.str();
  EXPECT_TRUE(fs::exists(Path("home/.local/state/mrg/logs/yangtze-delta/log-1/checkpoint")));

  unsetenv("HOME");
  EXPECT_EQ(Run(words), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("--state: expected a folder"));
}

TEST_F(LogCommand, AWrongAddressIsOneLineThatNamesIt) {
  ASSERT_EQ(Log({"checkpoint"}), kExitOk) << err_.str();
  const auto fails_at = [&](const std::string& address, const std::string& trust,
                            const std::string& said) {
    EXPECT_EQ(Run({"checkpoint", "--publisher", kMember, "--state", Path("state"), "--address",
                   address, "--trust-address", trust}),
              kExitFailed);
    EXPECT_THAT(err_.str(), StartsWith("mrgctl: " + said));
    EXPECT_TRUE(IsOneRefusal(err_.str())) << err_.str();
  };
  constexpr char kNobody[] = "unix:/tmp/mrg-log-nobody/node.sock";
  fails_at(kNobody, node_.address(), absl::StrCat("--address ", kNobody, ": "));
  fails_at(node_.address(), kNobody, "FETCH_FAILED: lists of yangtze-delta from unix:/tmp/mrg");

  // A listener that offers something else; gRPC says no word then.
  trustlist::v1::TrustRepositoryService::Service other;
  grpc::ServerBuilder builder;
  builder.RegisterService(&other);
  const std::string elsewhere = node_.address() + "2";
  builder.AddListeningPort(elsewhere, grpc::InsecureServerCredentials());
  const auto server = builder.BuildAndStart();
  fails_at(elsewhere, node_.address(),
           absl::StrCat("--address ", elsewhere, ": expected the api listener of a node"));
  server->Shutdown();
}

TEST_F(LogCommand, WhatTheCommandLineLacksIsSaid) {
  const std::vector<std::vector<std::string>> wrong = {
      {"checkpoint", "--publisher", kMember, "--address", node_.address()},
      {"checkpoint", "--address", node_.address(), "--bundle", "b"},
      {"checkpoint", "--publisher", kMember, "--address", "a", "--bundle", "b", "--trust-address",
       "c"}};
  for (const auto& words : wrong) EXPECT_EQ(Run(words), kExitUsage) << words.size();
  EXPECT_EQ(Log({"consistency"}), kExitUsage);
  EXPECT_EQ(Log({"consistency", "--from", "1", "--checkpoint", "f"}), kExitUsage);
  EXPECT_EQ(Log({"verify"}), kExitUsage);
  EXPECT_EQ(Log({"list", "--limit", "0"}), kExitUsage);
  EXPECT_EQ(Log({"list", "--outcome", "OK"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--outcome"));
  EXPECT_EQ(Log({"list", "--reason", "signature"}), kExitUsage);
  EXPECT_EQ(Log({"list", "--using", "Shanghai"}), kExitUsage);
  EXPECT_EQ(Log({"list", "--type", "driving"}), kExitUsage);
  EXPECT_EQ(Log({"list", "--since", "yesterday"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--since"));
  EXPECT_EQ(Log({"list", "--output", "xml"}), kExitUsage);
  EXPECT_FALSE(fs::exists(Path("state")));

  EXPECT_EQ(Run({"checkpoint", "--publisher", "Delta", "--address", "unix:/none", "--bundle", "b"}),
            kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("--publisher: expected a member id"));
}

}  // namespace
}  // namespace mrg
