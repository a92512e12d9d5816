#include "gateway/cli/setup/init_command.h"

#include <pty.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/membership.h"
#include "gateway/cli/command.h"
#include "gateway/cli/setup/member_command.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/config/node_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ran {
  int code;
  std::string out;
  std::string err;
};

using Flags = std::map<std::string, std::string>;

Ran Mrgctl(CommandFamily family, const std::string& word, const Flags& flags) {
  std::vector<std::string> words = {word};
  for (const auto& [flag, value] : flags) words.insert(words.end(), {flag, value});
  std::ostringstream shown, faults;
  Display out(&shown);
  Display err(&faults);
  const int code = family(words, out, err);
  return {code, shown.str(), faults.str()};
}

int ModeOf(const fs::path& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
}

// The path of a unix socket has at most 107 bytes, so the folders are the system's.
class Init : public ::testing::Test {
 protected:
  Init() {
    std::string folder = (fs::temp_directory_path() / "init-XXXXXX").string();
    folder_ = mkdtemp(folder.data());
  }
  ~Init() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  Flags HubFlags() const {
    return {{"--dir", Path("hub")},
            {"--trust-domain", "hub.example"},
            {"--federation", "127.0.0.1:7402"},
            {"--metrics", "127.0.0.1:7403"},
            {"--dictionary", "deploy/packs/canonical/1.textproto"}};
  }
  Ran MakeHub() const { return Mrgctl(RunInitCommand, "hub", HubFlags()); }

  Flags RegionFlags() const {
    return {{"--dir", Path("delta")},
            {"--member", "yangtze-delta"},
            {"--trust-domain", "delta.example"},
            {"--jurisdictions", "32,31"},
            {"--api", "127.0.0.1:7411"},
            {"--federation", "0.0.0.0:7412"},
            {"--endpoint", "node.delta.example:7412"},
            {"--hub-root", Path("hub/repository/metadata/1.root.json")},
            {"--hub-endpoint", "127.0.0.1:7402"},
            {"--hub-ca", Path("hub/tls/ca.pem")}};
  }
  Ran MakeRegion() const { return Mrgctl(RunInitCommand, "region", RegionFlags()); }

  Ran AddRegion() const {
    return Mrgctl(RunMemberCommand, "add",
                  {{"--dir", Path("hub")}, {"--file", Path("delta/member.textproto")}});
  }

  absl::StatusOr<NodeConfig> Config(const std::string& member) const {
    return LoadNodeConfig(Path(member + "/node.textproto"), RealClock().Now());
  }

  size_t FilesIn(const std::string& folder) const {
    return static_cast<size_t>(std::distance(fs::recursive_directory_iterator(folder),
                                             fs::recursive_directory_iterator()));
  }

  std::string folder_;
};

TEST_F(Init, AHubIsMadeWithWhichItsNodeMayStart) {
  const Ran ran = MakeHub();

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  const auto config = Config("hub");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->role, NodeRole::kHub);
  EXPECT_EQ(config->member.value(), "hub");
  EXPECT_TRUE(config->api_address.empty());
  const RepositoryFolder repository(Path("hub/repository"));
  const auto roles = DiffRepository(repository);
  ASSERT_TRUE(roles.ok()) << roles.status();
  for (const RoleDiff& role : *roles) EXPECT_TRUE(role.signatures.ok()) << role.role;
  const auto list = ListedFederation(repository);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->members_size(), 1);
  EXPECT_EQ(list->members(0).endpoints(0), "127.0.0.1:7402");
  EXPECT_THAT(ran.out,
              HasSubstr("its root: " + SpokenDigest(list->members(0).first_root_sha256())));
  EXPECT_THAT(ran.out, AllOf(HasSubstr("mrgctl member add --dir "), HasSubstr("--check-config")));
}

TEST_F(Init, WhatIsMadeIsForItsOwnerAlone) {
  const mode_t before = umask(0);
  const Ran ran = MakeHub();
  umask(before);

  ASSERT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ModeOf(Path("hub")), 0700);
  for (const auto& entry : fs::recursive_directory_iterator(Path("hub"))) {
    const bool is_key = entry.path().extension() == ".key" ||
                        entry.path().string().find("/keys/") != std::string::npos;
    if (!is_key || !entry.is_regular_file()) continue;
    EXPECT_EQ(ModeOf(entry.path()), 0600) << entry.path();
  }
  EXPECT_THAT(ran.out, Not(HasSubstr("PRIVATE")));
}

TEST_F(Init, ARegionIsMadeThatKnowsItsHubAndIsAddedThere) {
  ASSERT_EQ(MakeHub().code, kExitOk);

  const Ran region = MakeRegion();
  const Ran added = AddRegion();

  ASSERT_EQ(region.code, kExitOk) << region.err;
  const auto own = Config("delta");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->jurisdictions.size(), 2u);
  ASSERT_EQ(own->peers.size(), 1u);
  EXPECT_TRUE(own->peers[0].is_hub);
  EXPECT_EQ(own->peers[0].trust_domain, "hub.example");
  ASSERT_EQ(added.code, kExitOk) << added.err;
  const auto hub = Config("hub");
  ASSERT_TRUE(hub.ok()) << hub.status();
  ASSERT_EQ(hub->peers.size(), 1u);
  EXPECT_EQ(hub->peers[0].endpoint, "node.delta.example:7412");
  const auto list = ListedFederation(RepositoryFolder(Path("hub/repository")));
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->members_size(), 2);
  EXPECT_THAT(list->members(1).jurisdictions(), ElementsAre("31", "32"));
  const std::string spoken = SpokenDigest(list->members(1).first_root_sha256());
  EXPECT_EQ(spoken.size(), 79u);
  EXPECT_THAT(region.out, HasSubstr("its root: " + spoken));
  EXPECT_THAT(added.out, HasSubstr("its root: " + spoken));
  EXPECT_THAT(region.out, HasSubstr("compare with the hub, over the telephone, its root: " +
                                    SpokenDigest(list->members(0).first_root_sha256())));
}

TEST_F(Init, TheNodesCertificateNamesEachHostByWhichItIsCalled) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  Flags flags = RegionFlags();
  flags["--dns"] = "api.delta.example";

  ASSERT_EQ(Mrgctl(RunInitCommand, "region", flags).code, kExitOk);

  const std::string pem = *ReadWholeFile(Path("delta/tls/node.pem"));
  std::string der;
  ASSERT_TRUE(absl::Base64Unescape(
      pem.substr(pem.find('\n') + 1, pem.find("-----END") - pem.find('\n') - 1), &der));
  for (const char* name : {"spiffe://delta.example/node/log-1", "node.delta.example",
                           "api.delta.example", "localhost"}) {
    EXPECT_THAT(der, HasSubstr(name));
  }
}

TEST_F(Init, AFolderThatHoldsAnythingIsRefusedAndStaysAsItIs) {
  fs::create_directory(Path("hub"));
  const Ran into_empty = MakeHub();
  const std::string root = *ReadWholeFile(Path("hub/repository/metadata/1.root.json"));
  const size_t files = FilesIn(folder_);

  const Ran again = MakeHub();

  EXPECT_EQ(into_empty.code, kExitOk) << into_empty.err;
  EXPECT_EQ(again.code, kExitFailed);
  EXPECT_THAT(again.err, HasSubstr("--dir: expected a folder that is empty or not there yet"));
  EXPECT_EQ(*ReadWholeFile(Path("hub/repository/metadata/1.root.json")), root);
  EXPECT_EQ(FilesIn(folder_), files);
}

TEST_F(Init, WhatIsWrongIsToldInOneLineWithTheFlagAndNothingIsMade) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  const size_t files = FilesIn(folder_);
  struct Case {
    std::string flag, value, expected;
  };
  const std::string long_dir = Path(std::string(100, 'x'));
  const std::vector<Case> cases = {
      {"--dir", long_dir, "at most 107 bytes"},
      {"--member", "Delta", "expected a member id"},
      {"--member", "", "it is required"},
      {"--trust-domain", "a/b", "expected a trust domain"},
      {"--trust-domain", "hub.example", "not the hub's"},
      {"--jurisdictions", "3x", "expected a province code"},
      {"--jurisdictions", "31,31", "each code once"},
      {"--jurisdictions", "31,", "expected a province code"},
      {"--api", "7411", "expected HOST:PORT"},
      {"--api", "a\"b:7411", "the host a name or an address"},
      {"--federation", "127.0.0.1:0", "port 1 to 65535"},
      {"--endpoint", "0.0.0.0:7412", "at which other nodes reach --federation"},
      {"--days", "0", "expected days, 1 to 398"},
      {"--ip", "127.0.0", "expected an IPv4 address"},
      {"--log-id", "log_1", "[a-z0-9-]{1,63}"},
      {"--hub-root", Path("hub/tls/ca.pem"), "the hub's root metadata"},
      {"--hub-root", Path("none"), "cannot read"},
      {"--hub-ca", Path("hub/node.textproto"), "PEM"},
      {"--hub-endpoint", "hub", "expected HOST:PORT"},
      {"--hub-member", "yangtze-delta", "not the own one"},
  };
  for (const Case& one : cases) {
    Flags flags = RegionFlags();
    flags[one.flag] = one.value;
    const Ran ran = Mrgctl(RunInitCommand, "region", flags);
    EXPECT_EQ(ran.code, kExitFailed) << one.flag << " " << one.value;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(one.flag + ": "), HasSubstr(one.expected))) << one.value;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  Flags no_dictionary = HubFlags();
  no_dictionary["--dir"] = Path("other");
  no_dictionary["--dictionary"] = Path("hub/node.textproto");
  EXPECT_THAT(Mrgctl(RunInitCommand, "hub", no_dictionary).err, HasSubstr("--dictionary: "));
  EXPECT_EQ(FilesIn(folder_), files);
}

TEST_F(Init, WhatIsMissingIsAskedForAtATerminal) {
  int terminal = -1, its_other_side = -1;
  ASSERT_EQ(openpty(&terminal, &its_other_side, nullptr, nullptr, nullptr), 0);
  const int before = dup(STDIN_FILENO);
  dup2(its_other_side, STDIN_FILENO);
  const std::string answers = "hub.example\n127.0.0.1:7402\n";
  ASSERT_EQ(write(terminal, answers.data(), answers.size()), static_cast<ssize_t>(answers.size()));

  const Ran ran = Mrgctl(RunInitCommand, "hub", {{"--dir", Path("hub")}});

  dup2(before, STDIN_FILENO);
  for (const int one : {before, terminal, its_other_side}) close(one);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("--trust-domain (its trust domain, e.g. delta.example): "),
                             HasSubstr("--federation (HOST:PORT for other nodes): ")));
  EXPECT_THAT(ran.out, Not(HasSubstr("--member (")));
  EXPECT_TRUE(Config("hub").ok());
}

TEST_F(Init, AMemberIsAddedOnceAndWhatIsRefusedChangesNothing) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string sound = *ReadWholeFile(Path("delta/member.textproto"));
  const std::string config = *ReadWholeFile(Path("hub/node.textproto"));
  const std::string list = *ReadWholeFile(Path("hub/federation.textproto"));
  const auto refused = [&](const std::string& from, const std::string& to) {
    EXPECT_TRUE(
        WriteWholeFile(Path("delta/member.textproto"), absl::StrReplaceAll(sound, {{from, to}}))
            .ok());
    return AddRegion().err;
  };

  EXPECT_THAT(refused("yangtze-delta", "hub"), HasSubstr("does not list yet, found hub"));
  EXPECT_THAT(refused("jurisdictions: \"32\"", "jurisdictions: \"3\""), HasSubstr("jurisdictions"));
  EXPECT_THAT(refused("delta.example\"", "hub.example\""), HasSubstr("trust_domains[1].name"));
  EXPECT_THAT(refused("member: ", "name: "), HasSubstr("--file: expected the member.textproto"));
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), config);
  EXPECT_EQ(*ReadWholeFile(Path("hub/federation.textproto")), list);
  EXPECT_EQ(ListedFederation(RepositoryFolder(Path("hub/repository")))->members_size(), 1);
  EXPECT_FALSE(fs::exists(Path("hub/tls/member-yangtze-delta.pem")));

  EXPECT_EQ(refused("", ""), "");
  EXPECT_THAT(refused("", ""), HasSubstr("does not list yet, found yangtze-delta"));
  EXPECT_EQ(Config("hub")->peers.size(), 1u);
}

TEST_F(Init, ARegionKnowsAnotherWithoutListingIt) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  Flags other = RegionFlags();
  other["--dir"] = Path("pearl");
  other["--member"] = "pearl-river";
  other["--trust-domain"] = "pearl.example";
  other["--jurisdictions"] = "44";
  ASSERT_EQ(Mrgctl(RunInitCommand, "region", other).code, kExitOk);
  const auto add = [&](const std::string& file) {
    return Mrgctl(RunMemberCommand, "add", {{"--dir", Path("delta")}, {"--file", Path(file)}});
  };

  const Ran added = add("pearl/member.textproto");
  const Ran again = add("pearl/member.textproto");
  const Ran itself = add("delta/member.textproto");

  ASSERT_EQ(added.code, kExitOk) << added.err;
  EXPECT_THAT(added.out, AllOf(HasSubstr("its root: "), HasSubstr("mrgctl agreement new")));
  const auto config = Config("delta");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->peers.size(), 2u);
  EXPECT_EQ(config->peers[1].member.value(), "pearl-river");
  EXPECT_FALSE(config->peers[1].is_hub);
  EXPECT_THAT(again.err, HasSubstr("peers without pearl-river"));
  EXPECT_EQ(itself.code, kExitFailed);
  EXPECT_EQ(Config("delta")->peers.size(), 2u);
  EXPECT_FALSE(fs::exists(Path("delta/tls/member-yangtze-delta.pem")));
}

TEST_F(Init, AConfigurationThatAPersonWroteAnewIsNotGuessedAt) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string mine = absl::StrReplaceAll(*ReadWholeFile(Path("hub/node.textproto")),
                                               {{"\nauthorization {\n", "\nauthorization: {\n"}});
  ASSERT_TRUE(WriteWholeFile(Path("hub/node.textproto"), mine).ok());

  const Ran ran = AddRegion();

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("expected one line \"authorization {\""));
  EXPECT_EQ(*ReadWholeFile(Path("hub/node.textproto")), mine);
}

TEST_F(Init, WrongWordsAreAUsageErrorAndMakeNothing) {
  EXPECT_EQ(Mrgctl(RunInitCommand, "province", {}).code, kExitUsage);
  EXPECT_EQ(Mrgctl(RunInitCommand, "hub", {{"--jurisdictions", "31"}}).code, kExitUsage);
  EXPECT_EQ(Mrgctl(RunMemberCommand, "add", {{"--dir", Path("hub")}}).code, kExitUsage);
  EXPECT_EQ(FilesIn(folder_), 0u);
}

}  // namespace
}  // namespace mrg
