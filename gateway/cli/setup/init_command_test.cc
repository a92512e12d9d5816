#include "gateway/cli/setup/init_command.h"

#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/diff.h"
#include "gateway/ceremony/membership.h"
#include "gateway/cli/command.h"
#include "gateway/cli/setup/member_command.h"
#include "gateway/cli/setup/testing/setup_folders.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/config/node_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/config.pb.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

class Init : public SetupFolders {};

TEST_F(Init, TheListenerRestIsThereWhenItIsAskedFor) {
  MakeHub();
  Flags flags = RegionFlags();
  flags["--rest"] = "127.0.0.1:7443";

  ASSERT_EQ(Mrgctl(RunInitCommand, "region", flags).code, kExitOk);

  EXPECT_EQ(Config("delta")->rest_address, "127.0.0.1:7443");
}

TEST_F(Init, AHubIsMadeWithWhichItsNodeMayStart) {
  const RanCommand ran = MakeHub();

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
  EXPECT_EQ(Behind(ran.out, kOwnDigest).size(), 79u) << ran.out;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("mrgctl member add --dir "), HasSubstr("--check-config")));
}

TEST_F(Init, WhatIsMadeIsForItsOwnerAlone) {
  const mode_t before = umask(0);
  const RanCommand ran = MakeHub();
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

  const RanCommand region = MakeRegion();
  const RanCommand added = AddRegion();

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
}

TEST_F(Init, TheDigestThatTheHubReadsOutCoversAllThatItHandsOver) {
  const std::string spoken = Behind(MakeHub().out, kOwnDigest);
  Flags other_hub = HubFlags();
  other_hub["--dir"] = Path("other");
  ASSERT_EQ(Mrgctl(RunInitCommand, "hub", other_hub).code, kExitOk);
  const auto shown = [&](const Flags& changed) {
    Flags flags = RegionFlags();
    for (const auto& [flag, value] : changed) flags[flag] = value;
    fs::remove_all(Path("delta"));
    const RanCommand ran = Mrgctl(RunInitCommand, "region", flags);
    EXPECT_EQ(ran.code, kExitOk) << ran.err;
    return Behind(ran.out, kHubsDigest);
  };

  const std::string as_handed = shown({});

  EXPECT_EQ(as_handed.size(), 79u);
  EXPECT_EQ(as_handed, spoken);
  const std::vector<Flags> changes = {
      {{"--hub-ca", Path("other/tls/ca.pem")}},
      {{"--hub-root", Path("other/repository/metadata/1.root.json")}},
      {{"--hub-endpoint", "127.0.0.1:7404"}},
      {{"--hub-trust-domain", "other.example"}},
      {{"--hub-member", "other"}}};
  for (const Flags& changed : changes) {
    EXPECT_NE(shown(changed), spoken) << changed.begin()->first;
  }
}

TEST_F(Init, ARegionIsNotMadeWithAHubOfAnotherDigestThanWasTold) {
  const std::string told = Behind(MakeHub().out, kOwnDigest);
  const size_t files = FilesIn(folder_);
  Flags flags = RegionFlags();
  flags["--hub-endpoint"] = "127.0.0.1:7404";
  flags["--hub-digest"] = told;

  const RanCommand changed = Mrgctl(RunInitCommand, "region", flags);

  EXPECT_EQ(changed.code, kExitFailed);
  EXPECT_THAT(changed.err, HasSubstr("--hub-digest: "));
  EXPECT_EQ(FilesIn(folder_), files);
  flags["--hub-endpoint"] = "127.0.0.1:7402";
  EXPECT_EQ(Mrgctl(RunInitCommand, "region", flags).code, kExitOk);
}

TEST_F(Init, ACertificateAuthorityHoldsAsLongAsWhatItIssues) {
  for (const char* days : {"365", "366", "398"}) {
    Flags flags = HubFlags();
    flags["--dir"] = Path(days);
    flags["--days"] = days;
    const RanCommand ran = Mrgctl(RunInitCommand, "hub", flags);
    EXPECT_EQ(ran.code, kExitOk) << days << ": " << ran.err;
  }
}

TEST_F(Init, CalendarsAndCataloguesThatAreGivenAreListedAndSigned) {
  Flags hub = HubFlags();
  hub["--calendar"] = "2026=deploy/regions/hub/calendar-2026.textproto";
  const RanCommand made_hub = Mrgctl(RunInitCommand, "hub", hub);
  ASSERT_EQ(made_hub.code, kExitOk) << made_hub.err;
  Flags region = RegionFlags();
  region["--catalogue"] = "31=deploy/regions/yangtze-delta/catalogue-31.textproto";
  const RanCommand made_region = Mrgctl(RunInitCommand, "region", region);
  ASSERT_EQ(made_region.code, kExitOk) << made_region.err;

  EXPECT_TRUE(fs::exists(Path("hub/repository/targets/calendar/2026")));
  EXPECT_TRUE(fs::exists(Path("delta/repository/targets/31/catalogue")));
  EXPECT_THAT(made_hub.out, Not(HasSubstr("--calendar YEAR")));
  EXPECT_THAT(made_region.out, Not(HasSubstr("--catalogue")));
  for (const auto& [repository, role] : std::vector<std::pair<std::string, std::string>>{
           {Path("hub/repository"), "targets"}, {Path("delta/repository"), "j-31"}}) {
    const std::vector<RoleDiff> diffs = *DiffRepository(RepositoryFolder(repository));
    for (const RoleDiff& diff : diffs) {
      if (diff.role == role) {
        EXPECT_TRUE(diff.signatures.ok()) << diff.signatures;
      }
    }
  }

  hub["--dir"] = Path("other");
  for (const char* wrong :
       {"2026", "=F", "2026=", "2027=deploy/regions/hub/calendar-2026.textproto", "2026=none"}) {
    hub["--calendar"] = wrong;
    const RanCommand ran = Mrgctl(RunInitCommand, "hub", hub);
    EXPECT_EQ(ran.code, kExitFailed) << wrong;
    EXPECT_THAT(ran.err, HasSubstr("--calendar: ")) << wrong;
    EXPECT_FALSE(fs::exists(Path("other"))) << wrong;
  }
}

TEST_F(Init, AFolderThatCannotBeExchangedIsRefusedInOneLine) {
  fs::create_directory(Path("here"));
  fs::create_directory(Path("empty"));
  fs::create_directory_symlink(Path("empty"), Path("link"));
  const size_t files = FilesIn(folder_);
  const fs::path before = fs::current_path();
  Flags flags = HubFlags();
  flags.erase("--dictionary");
  fs::current_path(Path("here"));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {".", "not the folder that you stand in"},
      {Path("here/"), "not the folder that you stand in"},
      {Path("link"), "not a symbolic link"},
      {Path("link/"), "not a symbolic link"},
      {"/proc", "not a mount point"}};

  for (const auto& [dir, expected] : cases) {
    flags["--dir"] = dir;
    const RanCommand ran = Mrgctl(RunInitCommand, "hub", flags);
    EXPECT_EQ(ran.code, kExitFailed) << dir;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("--dir: expected "), HasSubstr(expected))) << dir;
    EXPECT_TRUE(IsOneRefusal(ran.err)) << ran.err;
  }

  std::error_code gone;
  EXPECT_TRUE(fs::equivalent(".", Path("here"), gone)) << gone.message();
  fs::current_path(before);
  EXPECT_EQ(FilesIn(folder_), files);
}

// Result: the methods of the rule for `identity`.
std::vector<std::string> MethodsOf(const std::string& text, const std::string& identity) {
  const auto config = ParseNodeConfigText(text);
  EXPECT_TRUE(config.ok()) << config.status();
  if (!config.ok()) return {};
  for (const auto& rule : config->authorization().rules()) {
    if (rule.identity() == identity) return {rule.methods().begin(), rule.methods().end()};
  }
  return {};
}

TEST_F(Init, AnAuditorMayReadTheLogAndTheListsInWhichItsKeyStands) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);

  for (const char* member : {"hub", "delta"}) {
    const std::string text = *ReadWholeFile(Path(absl::StrCat(member, "/node.textproto")));
    const std::string domain = absl::StrCat("spiffe://", member, ".example/");
    EXPECT_THAT(
        MethodsOf(text, domain + "auditor/*"),
        ElementsAre("mrg.audit.v1.AuditService/*", "mrg.dispute.v1.DisputeService/GetDispute",
                    "mrg.dispute.v1.DisputeService/ListDisputes",
                    "mrg.trustlist.v1.TrustRepositoryService/GetMetadata",
                    "mrg.trustlist.v1.TrustRepositoryService/GetTarget"));
    EXPECT_THAT(MethodsOf(text, domain + "operator/*"),
                IsSupersetOf({"mrg.trustlist.v1.TrustRepositoryService/GetMetadata",
                              "mrg.trustlist.v1.TrustRepositoryService/GetTarget"}));
  }
}

TEST_F(Init, TheExampleOfAnotherRegionsRuleLetsItFetchKeysOfLicenceTags) {
  ASSERT_EQ(MakeHub().code, kExitOk);
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const std::string text = *ReadWholeFile(Path("delta/node.textproto"));
  const size_t from = text.find("  #rules {");
  const size_t to = text.find("  #}", from);
  ASSERT_NE(from, text.npos);
  ASSERT_NE(to, text.npos);

  const std::string example = absl::StrReplaceAll(text.substr(from, to + 4 - from), {{"#", ""}});

  EXPECT_THAT(MethodsOf(text.substr(0, from) + example + text.substr(to + 4),
                        "spiffe://other.example/node/*"),
              ElementsAre("mrg.trustlist.v1.TrustRepositoryService/*",
                          "mrg.dispute.v1.DisputeRelayService/*",
                          "mrg.trustlist.v1.FederationKeyService/*"));
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
  const RanCommand into_empty = MakeHub();
  const std::string root = *ReadWholeFile(Path("hub/repository/metadata/1.root.json"));
  const size_t files = FilesIn(folder_);

  const RanCommand again = MakeHub();

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
      {"--admin-socket", "/" + std::string(110, 'x'), "at most 107 bytes"},
      {"--admin-socket", "", "expected a path"},
      {"--data-dir", "", "expected a path"},
      {"--member", "Delta", "expected a member id"},
      {"--member", "", "it is required"},
      {"--trust-domain", "a/b", "expected a trust domain"},
      {"--trust-domain", "hub.example", "not the hub's"},
      {"--jurisdictions", "3x", "expected a province code"},
      {"--jurisdictions", "31,31", "each code once"},
      {"--jurisdictions", "31,", "expected a province code"},
      {"--api", "7411", "expected HOST:PORT"},
      {"--api", "a\"b:7411", "the host a name or an address"},
      {"--rest", "7443", "expected HOST:PORT"},
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
    const RanCommand ran = Mrgctl(RunInitCommand, "region", flags);
    EXPECT_EQ(ran.code, kExitFailed) << one.flag << " " << one.value;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(one.flag + ": "), HasSubstr(one.expected))) << one.value;
    EXPECT_TRUE(IsOneRefusal(ran.err)) << ran.err;
  }
  Flags no_dictionary = HubFlags();
  no_dictionary["--dir"] = Path("other");
  no_dictionary["--dictionary"] = Path("hub/node.textproto");
  EXPECT_THAT(Mrgctl(RunInitCommand, "hub", no_dictionary).err, HasSubstr("--dictionary: "));
  EXPECT_EQ(FilesIn(folder_), files);
}

TEST_F(Init, DataAndAdminSocketStandWhereTheyAreToldAndWhatIsShownNextNamesThem) {
  Flags flags = HubFlags();
  flags["--data-dir"] = "/var/lib/mrg/data";
  flags["--admin-socket"] = "/run/mrg/admin.sock";

  const RanCommand made = Mrgctl(RunInitCommand, "hub", flags);

  ASSERT_EQ(made.code, kExitOk) << made.err;
  const auto config = Config("hub");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->data_dir, "/var/lib/mrg/data");
  EXPECT_EQ(config->log_mark_path, "/var/lib/mrg/data.log-1.mark");
  EXPECT_EQ(config->admin_socket, "/run/mrg/admin.sock");
  ASSERT_EQ(MakeRegion().code, kExitOk);
  const RanCommand added = AddRegion();
  for (const std::string& shown : {made.out, added.out}) {
    EXPECT_THAT(shown, HasSubstr("trust publish --wait --repository " + Path("hub/repository") +
                                 " --address unix:/run/mrg/admin.sock\n"));
    EXPECT_THAT(shown, Not(HasSubstr("run/admin.sock")));
  }
}

TEST_F(Init, WhatIsMissingIsAskedForAtATerminal) {
  int terminal = -1, its_other_side = -1;
  ASSERT_EQ(openpty(&terminal, &its_other_side, nullptr, nullptr, nullptr), 0);
  const int before = dup(STDIN_FILENO);
  dup2(its_other_side, STDIN_FILENO);
  const std::string answers = "hub.example\n127.0.0.1:7402\n";
  ASSERT_EQ(write(terminal, answers.data(), answers.size()), static_cast<ssize_t>(answers.size()));

  const RanCommand ran = Mrgctl(RunInitCommand, "hub", {{"--dir", Path("hub")}});

  dup2(before, STDIN_FILENO);
  for (const int one : {before, terminal, its_other_side}) close(one);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("--trust-domain (its trust domain, e.g. delta.example): "),
                             HasSubstr("--federation (HOST:PORT for other nodes): ")));
  EXPECT_THAT(ran.out, Not(HasSubstr("--member (")));
  EXPECT_TRUE(Config("hub").ok());
}

TEST_F(Init, WrongWordsAreAUsageErrorAndMakeNothing) {
  EXPECT_EQ(Mrgctl(RunInitCommand, "province", {}).code, kExitUsage);
  EXPECT_EQ(Mrgctl(RunInitCommand, "hub", {{"--jurisdictions", "31"}}).code, kExitUsage);
  EXPECT_EQ(Mrgctl(RunMemberCommand, "add", {{"--dir", Path("hub")}}).code, kExitUsage);
  EXPECT_EQ(FilesIn(folder_), 0u);
}

}  // namespace
}  // namespace mrg
