// A hub and regions that `mrgctl init` made federate, by the commands that it shows and no others.

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
using ::testing::Not;

constexpr char kDictionary[] = "deploy/packs/canonical/1.textproto";
// Samples in the same standard, so that no mapping pack is needed between them.
constexpr char kCatalogues[] = "deploy/regions/yangtze-delta/catalogue-";
constexpr char kPack[] = "deploy/packs/delta-reply/11100000XX0000019L003.textproto";
constexpr char kType[] = "11100000XX0000019L003";
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
  FirstFederation() : addresses_(FreeAddresses(5)) {
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

  // The same; fails the test when the command does.
  Ran Done(const std::string& line) const {
    const Ran ran = Run(line);
    EXPECT_EQ(ran.code, 0) << line << "\n" << ran.err << ran.out;
    return ran;
  }

  void Start(const std::string& member) {
    auto node =
        ChildProcess::Start(Words(absl::StrCat("mrgd --config ", Path(member), "/node.textproto")),
                            Path(member + ".out"), Path(member + ".err"));
    ASSERT_TRUE(node.ok()) << node.status();
    nodes_.push_back(*std::move(node));
  }

  // Each gives the commands that are shown for what comes next.
  std::vector<std::string> MakeHub() const {
    return Shown(
        Done(absl::StrCat("mrgctl init hub --trust-domain hub.example --dir ", Path("hub"),
                          " --federation ", addresses_[0], " --dictionary ", kDictionary)));
  }
  std::vector<std::string> MakeRegion(const std::string& member, const std::string& code,
                                      size_t first_address) const {
    return Shown(Done(absl::StrCat(
        "mrgctl init region --member ", member, " --trust-domain ", member,
        ".example --jurisdictions ", code, " --dir ", Path(member), " --federation ",
        addresses_[first_address], " --api ", addresses_[first_address + 1], " --hub-endpoint ",
        addresses_[0], " --hub-root ", Path("hub/repository/metadata/1.root.json"), " --hub-ca ",
        Path("hub/tls/ca.pem"))));
  }

  void AddToHub(const std::vector<std::string>& at_hub, const std::string& member) const {
    const Ran added = Done(absl::StrReplaceAll(
        With(at_hub, "member add"), {{"member.textproto", Path(member + "/member.textproto")}}));
    Done(With(Shown(added), "trust sign"));
  }

  // Lists what a province recognises and issues, and signs it.
  void ListAndSign(const std::vector<std::string>& at_region, const std::string& catalogue,
                   const std::string& authority) const {
    Done(absl::StrReplaceAll(With(at_region, "trust stage"),
                             {{"CATALOGUE", absl::StrCat(kCatalogues, catalogue, ".textproto")},
                              {"DICTIONARY", kDictionary}}));
    Done(absl::StrCat("mrgctl keys generate --scheme sm2-sm3 --out ", Path(authority + ".pem"),
                      " --public ", Path(authority + ".pub.pem")));
    Done(absl::StrReplaceAll(With(at_region, "issuer add"),
                             {{"CODE", authority},
                              {"NAME", "样例发证机关"},
                              {"TYPE", kType},
                              {"PUBLIC_KEY", Path(authority + ".pub.pem")}}));
    Done(With(at_region, "trust sign"));
  }

  // Whether a member's node has the publisher's lists in force, before long.
  bool Follows(const std::vector<std::string>& at_member, absl::string_view publisher) const {
    const std::string found = absl::StrCat("\n", publisher, ": in force since");
    return WaitUntil(
        [&] { return absl::StrContains(Run(With(at_member, "trust status")).out, found); },
        kAskAtMost);
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
  const auto at_hub = MakeHub();
  const auto at_region = MakeRegion("delta", "31", 1);
  AddToHub(at_hub, "delta");
  ListAndSign(at_region, "31", "11310000YY000001XH");
  for (const auto& commands : {at_hub, at_region}) {
    EXPECT_THAT(Done(With(commands, "--check-config")).out,
                AllOf(HasSubstr("are in order"), HasSubstr("1 peers")));
  }
  for (const char* member : {"hub", "delta"}) Start(member);
  for (const auto& commands : {at_hub, at_region}) Done(With(commands, "trust publish"));
  for (const auto& commands : {at_hub, at_region}) Done(With(commands, "trust status --wait"));

  EXPECT_TRUE(Follows(at_hub, "delta")) << ReadIfThere(Path("hub.err"));
  EXPECT_TRUE(Follows(at_region, "hub")) << ReadIfThere(Path("delta.err"));
  EXPECT_THAT(Done(With(at_region, "mrgctl catalogue types")).out, HasSubstr(kType));
  EXPECT_THAT(ReadIfThere(Path("delta.err")),
              AllOf(HasSubstr("\"event\":\"listener_bound\",\"listener\":\"federation\""),
                    Not(HasSubstr("\"port\":0"))))
      << "a listener that is not configured is bound nowhere";
}

TEST_F(FirstFederation, TwoRegionsThatInitMadeAgreeAndCoverEachOther) {
  const auto at_hub = MakeHub();
  const auto at_delta = MakeRegion("delta", "31", 1);
  const auto at_pearl = MakeRegion("pearl", "44", 3);
  for (const char* member : {"delta", "pearl"}) AddToHub(at_hub, member);
  ListAndSign(at_delta, "31", "11310000YY000001XH");
  ListAndSign(at_pearl, "34", "11440000YY000001XL");
  const std::string delta = Path("delta/member.textproto"), pearl = Path("pearl/member.textproto");
  const Ran added =
      Done(absl::StrCat("mrgctl member add --dir ", Path("delta"), " --file ", pearl));
  Done(absl::StrCat("mrgctl member add --dir ", Path("pearl"), " --file ", delta));
  const Ran agreed = Done(absl::StrReplaceAll(
      With(Shown(added), "agreement new"), {{"--id ID", "--id delta-pearl"},
                                            {"TYPE", kType},
                                            {"ELEMENT", "certificateNumber,certificateHolderName"},
                                            {"PACK", kPack},
                                            {"agreement.textproto", Path("agreement.textproto")}}));
  Done(absl::StrCat("mrgctl trust stage --repository ", Path("delta/repository"),
                    " --pack 31 --file ", kPack, " --canonical ", kDictionary));
  for (const char* code : {"31", "44"}) {
    const bool is_delta = absl::string_view(code) == "31";
    const std::string member = is_delta ? "delta" : "pearl";
    Done(absl::StrReplaceAll(
        With(Shown(agreed), absl::StrCat("--agreement ", code)),
        {{absl::StrCat("REPOSITORY_OF_", member), Path(member + "/repository")}}));
    Done(With(is_delta ? at_delta : at_pearl, "trust sign"));
  }
  for (const char* member : {"hub", "delta", "pearl"}) Start(member);
  for (const auto& commands : {at_hub, at_delta, at_pearl}) Done(With(commands, "trust publish"));
  for (const auto& commands : {at_delta, at_pearl}) Done(With(commands, "trust status --wait"));

  EXPECT_TRUE(Follows(at_delta, "pearl")) << ReadIfThere(Path("delta.err"));
  EXPECT_TRUE(Follows(at_pearl, "delta")) << ReadIfThere(Path("pearl.err"));
  const std::string coverage = absl::StrCat(
      absl::StrReplaceAll(With(at_delta, "mrgctl catalogue types"), {{" types ", " coverage "}}),
      " --using 31 --issuing 44 --scenario government-service --standard delta-reply --type ",
      kType);
  EXPECT_TRUE(WaitUntil([&] { return absl::StartsWith(Run(coverage).out, "covered"); }, kAskAtMost))
      << Run(coverage).out << Run(coverage).err << ReadIfThere(Path("delta.err"));
}

}  // namespace
}  // namespace mrg
