// What a node's restore from a backup does: its trust lists part from what others hold (T08),
// and so does its decision log (R18).

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/at_once.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

using testing::HasSubstr;

constexpr char kForkedChuanyu[] = "mrg_trust_publisher_forked{publisher=\"sichuan-chongqing\"} 1";

class Threat : public TrustSuite {
 protected:
  // The data folder of a stopped node, put aside or back.
  static std::string Backup(const std::string& member) {
    return federation().Path(member, "backup");
  }
  static void Copy(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }
  static void PutAside(const std::string& member) {
    ASSERT_EQ(federation().StopNode(member), 0);
    Copy(federation().Path(member, "data"), Backup(member));
  }
  static void PutBack(const std::string& member) {
    federation().KillNode(member);
    Copy(Backup(member), federation().Path(member, "data"));
  }

  static Ran Evidence(absl::string_view member, std::vector<std::string> words) {
    words.insert(words.begin(), {"trust", "evidence"});
    if (words[2] != "verify") {
      words.push_back("--address");
      words.push_back(absl::StrCat("unix:", federation().Path(member, "run/admin.sock")));
    }
    return federation().Mrgctl(std::move(words));
  }
  // As it is shown, in groups, it is taken by `export` and `resume`.
  static std::string ShownId(absl::string_view fork) {
    return std::string(fork.substr(0, fork.find("  ")));
  }
  static bool IsFrozenAt(absl::string_view member) {
    return absl::StrContains(federation().Metrics(member), kForkedChuanyu);
  }
};

TEST_F(Threat, T08_M3_ARegionRestoredFromABackupIsFoundOutFrozenProvedAndResumed) {
  PutAside(kChuanyu);
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  const int64_t lost = PublishAnew("50");
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", lost));
  ASSERT_TRUE(federation().WaitForVersion(kHub, kChuanyu, "j-50", lost));
  ASSERT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  const int64_t trusted = federation().VersionAt(kDelta, kChuanyu, "timestamp");

  PutBack(kChuanyu);
  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  PublishAnew("51");
  PublishAnew("51");

  EXPECT_TRUE(WaitUntil([] { return IsFrozenAt(kDelta); }));
  EXPECT_TRUE(WaitUntil([] { return IsFrozenAt(kHub); }));
  EXPECT_TRUE(WaitUntil([] { return IsFrozenAt(kChuanyu); })) << "it hears of it from its peers";
  EXPECT_EQ(AnswerIn("31", "50"), "STALE_TRUST PUBLISHER_FORKED");
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  EXPECT_EQ(federation().VersionAt(kDelta, kChuanyu, "timestamp"), trusted);

  // Anyone can check the proof with the first root alone.
  const Ran list = Evidence(kDelta, {"list"});
  ASSERT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("FROZEN until an operator resumes"));
  const std::string id = ShownId(list.out);
  const std::string file = absl::StrCat(federation().folder(), "/fork");
  const std::string first_root = federation().Path(kChuanyu, "repository/metadata/1.root.json");
  ASSERT_EQ(Evidence(kDelta, {"export", "--id", id, "--file", file}).code, 0);
  const Ran verified = Evidence(kDelta, {"verify", "--file", file, "--first-root", first_root});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr(id));
  const std::string other_root = federation().Path(kDelta, "repository/metadata/1.root.json");
  EXPECT_EQ(Evidence(kDelta, {"verify", "--file", file, "--first-root", other_root}).code, 1);

  // An operator goes on with what is trusted here; a restart does not ask again.
  // Of two who say so at once, one is kept.
  const auto resume = [](absl::string_view fork, const std::string& because) {
    return Evidence(kDelta, {"resume", "--publisher", kChuanyu, "--id", std::string(fork),
                             "--because", because});
  };
  const auto [one, other] = AtOnce([&] { return resume(id, "restored backup"); },
                                   [&] { return resume(id, "seen by another"); });
  for (const Ran& ran : {one, other}) {
    if (ran.code == 0) {
      EXPECT_THAT(ran.out, HasSubstr(id + " answered"));
    } else {
      EXPECT_THAT(ran.err, HasSubstr("STORE_CONFLICT"));
    }
  }
  const std::string told = Evidence(kDelta, {"list"}).out;
  EXPECT_NE(absl::StrContains(told, "restored backup"), absl::StrContains(told, "seen by another"))
      << told;
  if (one.code != 0) {
    EXPECT_THAT(told, HasSubstr("seen by another"));
  }
  if (other.code != 0) {
    EXPECT_THAT(told, HasSubstr("restored backup"));
  }
  // The restore may have made more than one, each with an answer of its own.
  EXPECT_TRUE(WaitUntil([&] {
    const std::string forks = Evidence(kDelta, {"list"}).out;
    for (const absl::string_view line : absl::StrSplit(forks, '\n')) {
      if (absl::StrContains(line, "FROZEN")) resume(ShownId(line), "restored backup");
    }
    return AnswerIn("31", "50") == "RECOGNIZED";
  }));
  EXPECT_GE(federation().VersionAt(kDelta, kChuanyu, "timestamp"), trusted);
}

TEST_F(Threat, R18_ALogRestoredFromABackupIsNotReadyUntilAnOperatorAcceptsIt) {
  ASSERT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  PutAside(kDelta);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  ASSERT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  // The others hear of the log when the node asks them, at its start.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());

  PutBack(kDelta);
  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(WaitUntil([] {
    return absl::StrContains(federation().LogOf(kDelta), "\"event\":\"log_contradicted\"");
  }));
  EXPECT_FALSE(federation().IsReady(kDelta));
  EXPECT_EQ(AnswerIn("31", "32"), "NODE_NOT_READY");
  EXPECT_TRUE(WaitUntil([] {
    const auto state = federation().TrustState(kDelta);
    return state.ok() && absl::StrContains(state->DebugString(), "LOG_CONTRADICTED: ");
  }));

  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"log_unwitnessed_accepted\""));
}

}  // namespace
}  // namespace mrg
