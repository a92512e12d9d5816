// A hub and a region that `mrgctl init` made federate, by the commands that it shows and no others.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/child_process.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kDictionary[] = "deploy/packs/canonical/1.textproto";
constexpr char kCatalogue[] = "deploy/regions/yangtze-delta/catalogue-31.textproto";
// Each question is a program that runs.
constexpr absl::Duration kAskAtMost = absl::Seconds(4);

// Addresses that were free a moment ago; all are held until the last is known, so they differ.
std::vector<std::string> FreeAddresses(size_t count) {
  std::vector<int> sockets;
  std::vector<std::string> addresses;
  for (size_t i = 0; i < count; ++i) {
    sockets.push_back(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in name = {};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(name);
    EXPECT_EQ(bind(sockets.back(), reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(getsockname(sockets.back(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    addresses.push_back(absl::StrCat("127.0.0.1:", ntohs(name.sin_port)));
  }
  for (const int one : sockets) close(one);
  return addresses;
}

class FirstFederation : public ::testing::Test {
 protected:
  FirstFederation() : addresses_(FreeAddresses(3)) {
    // The path of a unix socket has at most 107 bytes, less than a test's own folder may take.
    folder_ = "/tmp/first.XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~FirstFederation() override {
    nodes_.clear();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  // Runs a command line as it was shown. Its words hold no blanks here.
  Ran Run(const std::string& line) const { return RunToEnd(Words(line), folder_); }

  void Start(const std::string& line, const std::string& member) {
    auto node = ChildProcess::Start(Words(line), Path(member + ".out"), Path(member + ".err"));
    ASSERT_TRUE(node.ok()) << node.status();
    nodes_.push_back(*std::move(node));
  }

  // The commands that a command showed for what comes next, in their order.
  static std::vector<std::string> Shown(const Ran& ran) {
    std::vector<std::string> commands;
    for (absl::string_view line : absl::StrSplit(ran.out, '\n')) {
      if (absl::ConsumePrefix(&line, "     mrg")) commands.push_back(absl::StrCat("mrg", line));
    }
    return commands;
  }

  static std::string With(const std::vector<std::string>& commands, absl::string_view part) {
    for (const std::string& command : commands) {
      if (absl::StrContains(command, part)) return command;
    }
    ADD_FAILURE() << "no command is shown with " << part;
    return "";
  }

  static std::vector<std::string> Words(const std::string& line) {
    std::vector<std::string> words = absl::StrSplit(line, ' ');
    words[0] = words[0] == "mrgd" ? "gateway/daemon/mrgd" : "gateway/cli/mrgctl";
    return words;
  }

  const std::vector<std::string> addresses_;
  std::string folder_;
  std::vector<std::unique_ptr<ChildProcess>> nodes_;
};

TEST_F(FirstFederation, AHubAndARegionThatInitMadeFederateByTheCommandsThatItShows) {
  const Ran hub = Run(absl::StrCat("mrgctl init hub --trust-domain hub.example --dir ", Path("hub"),
                                   " --federation ", addresses_[0], " --dictionary ", kDictionary));
  ASSERT_EQ(hub.code, 0) << hub.err;
  const Ran region = Run(absl::StrCat(
      "mrgctl init region --member delta --trust-domain delta.example --jurisdictions 31 --dir ",
      Path("delta"), " --federation ", addresses_[1], " --api ", addresses_[2], " --hub-endpoint ",
      addresses_[0], " --hub-root ", Path("hub/repository/metadata/1.root.json"), " --hub-ca ",
      Path("hub/tls/ca.pem")));
  ASSERT_EQ(region.code, 0) << region.err;
  const auto at_hub = Shown(hub), at_region = Shown(region);
  const auto done = [&](const std::string& command) {
    const Ran ran = Run(command);
    EXPECT_EQ(ran.code, 0) << command << "\n" << ran.err << ran.out;
    return ran;
  };

  const Ran added = done(absl::StrReplaceAll(
      With(at_hub, "member add"), {{"member.textproto", Path("delta/member.textproto")}}));
  done(With(Shown(added), "trust sign"));
  done(absl::StrReplaceAll(With(at_region, "trust stage"),
                           {{"CATALOGUE", kCatalogue}, {"DICTIONARY", kDictionary}}));
  done(absl::StrCat("mrgctl keys generate --scheme sm2-sm3 --out ", Path("issuer.pem"),
                    " --public ", Path("issuer.pub.pem")));
  done(
      absl::StrReplaceAll(With(at_region, "issuer add"), {{"CODE", "11310000YY000001XH"},
                                                          {"NAME", "上海样例发证机关"},
                                                          {"TYPE", "11100000XX0000019L003"},
                                                          {"PUBLIC_KEY", Path("issuer.pub.pem")}}));
  done(With(at_region, "trust sign"));
  for (const auto& commands : {at_hub, at_region}) {
    EXPECT_THAT(done(With(commands, "--check-config")).out,
                AllOf(HasSubstr("are in order"), HasSubstr("1 peers")));
  }
  Start(absl::StrCat("mrgd --config ", Path("hub/node.textproto")), "hub");
  Start(absl::StrCat("mrgd --config ", Path("delta/node.textproto")), "delta");
  for (const auto& commands : {at_hub, at_region}) done(With(commands, "trust publish"));
  for (const auto& commands : {at_hub, at_region}) done(With(commands, "trust status --wait"));

  const auto follows = [&](const std::vector<std::string>& commands, absl::string_view publisher) {
    const std::string found = absl::StrCat("\n", publisher, ": in force since");
    return WaitUntil(
        [&] { return absl::StrContains(Run(With(commands, "trust status")).out, found); },
        kAskAtMost);
  };
  EXPECT_TRUE(follows(at_hub, "delta")) << ReadIfThere(Path("hub.err"));
  EXPECT_TRUE(follows(at_region, "hub")) << ReadIfThere(Path("delta.err"));
  EXPECT_THAT(done(With(at_region, "mrgctl catalogue types")).out,
              HasSubstr("11100000XX0000019L003"));
}

}  // namespace
}  // namespace mrg
