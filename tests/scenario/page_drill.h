#ifndef MRG_TESTS_SCENARIO_PAGE_DRILL_H_
#define MRG_TESTS_SCENARIO_PAGE_DRILL_H_

// What tests share that run the commands of a page as they stand there, on the folder of a node
// that federates.
//
// Threads: of the test's main thread.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/child_process.h"
#include "tests/scenario/stolen_key_suite.h"

namespace mrg {

class PageDrill : public StolenKeySuite {
 protected:
  static std::string Folder(const std::string& name) { return federation().Path(kChuanyu, name); }

  // The commands under the page's heading, in their order. The page's example is the node of
  // another member.
  static std::vector<std::string> CommandsUnder(const std::string& page,
                                                absl::string_view heading) {
    std::vector<std::string> commands;
    bool is_here = false;
    for (absl::string_view line : absl::StrSplit(ReadTestFile(page), '\n')) {
      if (absl::ConsumePrefix(&line, "#")) {
        is_here = absl::StripLeadingAsciiWhitespace(absl::StripPrefix(line, "#")) == heading;
      } else if (is_here && absl::ConsumePrefix(&line, "    ")) {
        commands.push_back(
            absl::StrReplaceAll(line, {{"j-31", "j-50"},
                                       {"--jurisdiction 31", "--jurisdiction 50"},
                                       {"--publisher delta", "--publisher sichuan-chongqing"},
                                       {"--dir delta", "--dir sichuan-chongqing"}}));
      }
    }
    EXPECT_THAT(commands, ::testing::Not(::testing::IsEmpty())) << heading;
    return commands;
  }

  // Runs one command in the folder `where`, for the member's node. Result: what it wrote.
  static std::string RunIn(const std::string& where, const std::string& command) {
    absl::string_view verb = command;
    if (absl::ConsumePrefix(&verb, "systemctl ")) {
      if (!absl::StartsWith(verb, "start")) {
        EXPECT_EQ(federation().StopNode(kChuanyu), 0);
      }
      if (!absl::StartsWith(verb, "stop")) {
        const absl::Status started = federation().StartNode(kChuanyu);
        EXPECT_TRUE(started.ok()) << started;
      }
      return "";
    }
    const std::string tools = std::filesystem::absolute("gateway/cli").string();
    const Ran ran = RunToEnd(
        {"/bin/bash", "-euc", absl::StrCat("cd ", where, "; PATH=", tools, ":$PATH; ", command)},
        federation().folder());
    EXPECT_EQ(ran.code, 0) << command << "\n" << ran.err;
    return ran.out;
  }
  static std::string Run(const std::string& command) { return RunIn(Folder(""), command); }

  // The member's node decides, and both sides take what the other publishes.
  static void ExpectServedAndFollowed() {
    EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kChuanyu); }));
    const int64_t theirs = PublishAnew("50");
    for (const char* follower : {kDelta, kHub}) {
      EXPECT_TRUE(federation().WaitForVersion(follower, kChuanyu, "j-50", theirs))
          << follower << " " << federation().LastRefusalAt(follower, kChuanyu);
    }
    const int64_t ours = PublishAnew("31");
    EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", ours))
        << federation().LastRefusalAt(kChuanyu, kDelta);
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
    EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
  }

  // Receipt of a recognition in Chongqing.
  static gateway::v1::Receipt NewReceipt() {
    gateway::v1::RecognizeResponse response;
    EXPECT_TRUE(Recognize(federation().Api(kChuanyu, "platform-50"),
                          Question("50", "31",
                                   SignedBy(*IssuerKey(federation(), "issuer", "31"),
                                            DrivingLicence("31"))),
                          &response)
                    .ok());
    return response.receipt();
  }
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_PAGE_DRILL_H_
