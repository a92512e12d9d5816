#include "gateway/cli/families.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command_facts.h"
#include "gateway/cli/testing/empty_node.h"
#include "gateway/cli/testing/ran_command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

constexpr char kProgram[] = "mrgctl ";

RanCommand RunMrgctl(const std::vector<std::string>& words) {
  return RunCommand([](std::span<const std::string> args, Display& out,
                       Display& err) { return RunWords(args, out, err); },
                    words);
}

// The words of a line as a shell reads them: blanks divide, single quotes hold together.
std::vector<std::string> WordsOf(absl::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::vector<std::string> WithoutProgram(absl::string_view line) {
  std::vector<std::string> words = WordsOf(line);
  words.erase(words.begin());
  return words;
}

// The names below "Subcommands:" in a help.
std::vector<std::string> SubcommandsIn(const std::string& help) {
  std::vector<std::string> names;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(help, '\n')) {
    if (line == "Subcommands:") {
      inside = true;
    } else if (inside && absl::StartsWith(line, "  ") && line.size() > 2 && line[2] != ' ') {
      names.emplace_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (inside && line.empty()) {
      break;
    }
  }
  return names;
}

void FindCommands(const std::string& path, std::map<std::string, std::string>* helps) {
  std::vector<std::string> words = {"help"};
  for (const std::string& word : WithoutProgram(path)) words.push_back(word);
  const RanCommand ran = RunMrgctl(words);
  EXPECT_EQ(ran.code, kExitOk) << path << ": " << ran.err;
  const std::vector<std::string> below = SubcommandsIn(ran.out);
  if (below.empty()) helps->emplace(path, ran.out);
  for (const std::string& name : below) FindCommands(absl::StrCat(path, " ", name), helps);
}

// The help of every command, as the program itself shows it.
const std::map<std::string, std::string>& Helps() {
  static const auto* const helps = [] {
    auto* found = new std::map<std::string, std::string>();
    for (const Family& family : Families())
      FindCommands(absl::StrCat(kProgram, family.name), found);
    return found;
  }();
  return *helps;
}

std::vector<nlohmann::json> JsonLines(const std::string& text) {
  std::vector<nlohmann::json> objects;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    objects.push_back(nlohmann::json::parse(std::string(line), nullptr, false));
  }
  return objects;
}

// A folder of its own in which commands run, with what is shipped under deploy/.
class CommandsInAFolder : public ::testing::Test {
 protected:
  CommandsInAFolder() {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    fs::create_directory_symlink(before_ / "deploy", fs::path(folder_) / "deploy");
    fs::current_path(folder_);
  }
  ~CommandsInAFolder() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

  const fs::path before_ = fs::current_path();
  // The path of a socket has at most 107 bytes; the folder of the tests is deeper.
  std::string folder_ = "/tmp/mrg-commands-XXXXXX";
};

TEST(CommandTable, HoldsEveryCommandAndNoOther) {
  std::set<std::string> there, listed;
  for (const auto& [path, help] : Helps()) there.insert(path);
  for (const CommandFact& fact : CommandFacts()) listed.insert(std::string(fact.path));

  EXPECT_EQ(listed, there) << "each command has an entry in command_facts.cc";
  EXPECT_GT(there.size(), 50u);
}

TEST(CommandTable, IsOnThePage) {
  const auto page = ReadWholeFile("gateway/docs/COMMANDS.md");
  ASSERT_TRUE(page.ok()) << page.status();

  for (const CommandFact& fact : CommandFacts()) {
    const std::string row =
        absl::StrCat("| `", fact.path.substr(sizeof(kProgram) - 1), "` | ", fact.json, " |\n");
    EXPECT_THAT(*page, HasSubstr(row));
  }
}

TEST(Help, OfEveryCommandHasUsageAnExampleOfItAndExitCodes) {
  for (const auto& [path, help] : Helps()) {
    EXPECT_THAT(help, AllOf(HasSubstr("Usage:"), HasSubstr(absl::StrCat("Example:\n  ", path)),
                            HasSubstr("Exit codes: 0 "), HasSubstr("--output")))
        << path;
  }
}

TEST(Help, IsTheSameByHelpAndByTheOption) {
  EXPECT_EQ(RunMrgctl({"help", "trust", "status"}).out,
            RunMrgctl({"trust", "status", "--help"}).out);
  EXPECT_EQ(RunMrgctl({"help"}).out, RunMrgctl({"--help"}).out);
  EXPECT_EQ(RunMrgctl({"help", "nothing"}).code, kExitUsage);
}

bool HasChineseCharacters(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

// The lines of a help that describe something, each with the line on which it goes on.
std::vector<std::string> DescribingLines(const std::string& help) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(help, '\n')) {
    if (absl::StartsWith(line, "          ") && !lines.empty()) {
      absl::StrAppend(&lines.back(), line);
    } else if (absl::StartsWith(line, "  ") && !absl::StrContains(line, "mrgctl")) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

TEST(Help, InChineseHasNoDescriptionInEnglish) {
  std::set<std::string> paths;
  for (const auto& [path, help] : Helps()) {
    paths.insert(path);
    paths.insert(path.substr(0, path.rfind(' ')));
  }
  paths.erase("mrgctl");
  for (const std::string& path : paths) {
    std::vector<std::string> words = {"--lang", "zh", "help"};
    for (const std::string& word : WithoutProgram(path)) words.push_back(word);
    const RanCommand ran = RunMrgctl(words);
    ASSERT_EQ(ran.code, kExitOk) << path;
    EXPECT_TRUE(HasChineseCharacters(ran.out.substr(0, ran.out.find('\n')))) << ran.out;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("用法:"), Not(HasSubstr("Options:")))) << path;
    for (const std::string& line : DescribingLines(ran.out)) {
      const std::string described = absl::StrReplaceAll(
          line, {{"必填", ""}, {"须同时给出", ""}, {"不可同时给出", ""}, {"位置参数", ""}});
      EXPECT_TRUE(HasChineseCharacters(described)) << path << ": " << line;
    }
  }
}

TEST(Help, OfTheProgramIsInTheLanguageThatIsAskedFor) {
  const RanCommand ran = RunMrgctl({"--lang", "zh", "help"});

  for (const std::string& line : DescribingLines(ran.out)) {
    EXPECT_TRUE(HasChineseCharacters(line)) << line;
  }
  EXPECT_EQ(RunMrgctl({"--lang", "de", "help"}).code, kExitUsage);
  EXPECT_EQ(RunMrgctl({"keys", "secret", "--out", "x", "--lang", "de"}).code, kExitUsage);
}

TEST_F(CommandsInAFolder, EveryExampleIsOneThatTheCommandTakes) {
  for (const CommandFact& fact : CommandFacts()) {
    const RanCommand ran = RunMrgctl(WithoutProgram(fact.example));

    EXPECT_TRUE(ran.code == kExitOk || ran.code == kExitFailed)
        << fact.example << ": " << ran.code << " " << ran.err;
  }
}

TEST_F(CommandsInAFolder, EveryErrorIsJsonWhereJsonIsAskedFor) {
  for (const CommandFact& fact : CommandFacts()) {
    std::vector<std::string> words = WithoutProgram(fact.example);
    words.insert(words.end(), {"--output", "json", "--no-such-option"});

    const RanCommand ran = RunMrgctl(words);

    EXPECT_EQ(ran.code, kExitUsage) << fact.path;
    EXPECT_THAT(ran.out, IsEmpty()) << fact.path;
    const std::vector<nlohmann::json> errors = JsonLines(ran.err);
    ASSERT_EQ(errors.size(), 1u) << ran.err;
    EXPECT_THAT(errors[0]["error"]["message"].get<std::string>(), HasSubstr("no-such-option"));
  }
}

TEST_F(CommandsInAFolder, AnotherFormOfOutputIsRefused) {
  for (const CommandFact& fact : CommandFacts()) {
    std::vector<std::string> words = WithoutProgram(fact.example);
    words.insert(words.end(), {"--output", "xml"});

    const RanCommand ran = RunMrgctl(words);

    EXPECT_EQ(ran.code, kExitUsage) << fact.path;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("--output"), HasSubstr("json"))) << fact.path;
  }
}

// Examples one after the other in one folder, so that each finds what those before it made, and a
// node that answers with empty messages. Those of `log`, `receipt verify`, `audit`, bundles, proofs
// and forks need a log, published lists or a fork; their own tests have them.
class ExamplesInJson : public CommandsInAFolder {
 protected:
  // Runs the example of the command with --output json, at the empty node instead of another.
  // Result: the objects, of which each has names of the table only.
  std::vector<nlohmann::json> Shown(absl::string_view command) {
    const CommandFact* const fact = FindCommandFact(absl::StrCat(kProgram, command));
    EXPECT_NE(fact, nullptr) << command;
    std::vector<std::string> words = WithoutProgram(fact->example);
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == "--address") words[i + 1] = node_.address();
    }
    words.insert(words.end(), {"--output", "json"});
    const RanCommand ran = RunMrgctl(words);
    EXPECT_EQ(ran.code, kExitOk) << fact->example << ": " << ran.err;
    EXPECT_THAT(ran.err, IsEmpty()) << command;
    std::vector<nlohmann::json> objects = JsonLines(ran.out);
    EXPECT_TRUE(fact->json != "nothing" || ran.out.empty()) << command << ": " << ran.out;
    for (const nlohmann::json& object : objects) {
      EXPECT_TRUE(object.is_object()) << command << ": " << ran.out;
      if (IsMessage(fact->json)) continue;
      for (const auto& [name, value] : object.items()) {
        EXPECT_THAT(std::string(fact->json), HasSubstr(absl::StrCat("`", name, "`"))) << command;
      }
    }
    return objects;
  }

  nlohmann::json ShownOne(absl::string_view command) {
    const std::vector<nlohmann::json> objects = Shown(command);
    EXPECT_EQ(objects.size(), 1u) << command;
    return objects.empty() ? nlohmann::json::object() : objects.front();
  }

  void Write(const std::string& name, absl::string_view bytes) {
    EXPECT_TRUE(WriteWholeFile(name, bytes).ok()) << name;
  }

  // The table names a message of the protos, or says in its fields what the object is.
  static bool IsMessage(absl::string_view json) {
    const size_t name = json.find('`');
    return name != absl::string_view::npos && absl::ascii_isupper(json[name + 1]);
  }

  EmptyNode node_{absl::StrCat(folder_, "/node.sock")};
};

TEST_F(ExamplesInJson, OfWhatMakesMembersKeysAndCertificates) {
  EXPECT_EQ(ShownOne("init hub")["role"], "hub");
  fs::copy_file("hub/repository/metadata/1.root.json", "1.root.json");
  fs::copy_file("hub/tls/ca.pem", "hub-ca.pem");
  EXPECT_EQ(ShownOne("init region")["digest"].get<std::string>().size(), 64u);
  fs::copy_file("delta/member.textproto", "member.textproto");
  EXPECT_EQ(ShownOne("member add")["jurisdictions"], nlohmann::json({"31", "32"}));
  ASSERT_EQ(
      RunMrgctl(
          {"init",        "region",         "--dir",           "pearl",        "--member",
           "pearl",       "--trust-domain", "pearl.example",   "--federation", "127.0.0.1:7202",
           "--api",       "127.0.0.1:7201", "--jurisdictions", "44",           "--hub-root",
           "1.root.json", "--hub-endpoint", "127.0.0.1:7002",  "--hub-ca",     "hub-ca.pem"})
          .code,
      kExitOk);
  EXPECT_EQ(ShownOne("agreement new")["members"].size(), 2u);
  ShownOne("keys generate");
  Shown("keys secret");
  EXPECT_GT(Shown("keys init").size(), 3u);
  EXPECT_EQ(ShownOne("keys epoch")["epoch"], 2);
  ShownOne("certificate authority");
  EXPECT_EQ(ShownOne("certificate issue")["identity"],
            "spiffe://delta.example/jurisdiction/31/platform/portal");
}

TEST_F(ExamplesInJson, OfACeremony) {
  Shown("keys init");
  ShownOne("keys generate");
  EXPECT_EQ(ShownOne("trust init")["version"], 1);
  ShownOne("trust stage");
  ShownOne("issuer add");
  ShownOne("trust revoke");
  EXPECT_FALSE(Shown("trust diff").empty());
  EXPECT_EQ(ShownOne("trust sign")["role"], "j-31");
  for (const char* role : {"targets", "j-32"}) {
    ASSERT_EQ(RunMrgctl({"trust", "sign", "--repository", "repository", "--role", role, "--key",
                         absl::StrCat("keys/offline/", role, ".pem")})
                  .code,
              kExitOk);
  }
  EXPECT_THAT(ShownOne("trust publish")["roles"], IsEmpty());
  ShownOne("trust renew");
  ShownOne("trust rotate");
}

TEST_F(ExamplesInJson, OfWhatANodeAnswers) {
  for (const char* name : {"licence.receipt", "lease", "licence.presentation", "7.root.json"}) {
    Write(name, "");
  }
  Write("licence.json", "{}");
  Write("number.txt", "310101199001011234");
  for (const char* command :
       {"recognize", "translate", "catalogue type", "catalogue coverage", "licence set-status",
        "dispute file", "dispute get", "dispute accept", "dispute refuse", "dispute complete",
        "dispute watch", "dispute lift-mark"}) {
    ShownOne(command);
  }
  for (const char* command : {"catalogue types", "catalogue agreements", "catalogue scenarios",
                              "dispute list", "dispute release", "trust evidence list"}) {
    EXPECT_THAT(Shown(command), IsEmpty());
  }
  EXPECT_EQ(ShownOne("trust evidence resume")["frozen"], false);
}

TEST_F(ExamplesInJson, AreTheSameInEveryLanguage) {
  const std::vector<std::string> status = {"trust",    "status", "--address", node_.address(),
                                           "--output", "json",   "--lang"};
  std::vector<std::string> english = status, chinese = status;
  english.push_back("en");
  chinese.push_back("zh");

  EXPECT_EQ(RunMrgctl(english).out, RunMrgctl(chinese).out);
  EXPECT_EQ(RunMrgctl(english).err, RunMrgctl(chinese).err);
}

TEST_F(ExamplesInJson, OfPacksAndDocuments) {
  fs::copy_file("deploy/regions/sichuan-chongqing/samples/50-driving-licence.json", "licence.json");
  EXPECT_EQ(ShownOne("pack check")["standard"], "cq-sample");
  EXPECT_EQ(ShownOne("pack digest")["sha256"].get<std::string>().size(), 64u);
  EXPECT_GT(ShownOne("pack explain")["elements"].size(), 10u);
  ASSERT_EQ(RunMrgctl({"keys", "generate", "--scheme", "sm2-sm3", "--out", "authority.key"}).code,
            kExitOk);
  EXPECT_THAT(Shown("licence sign"), IsEmpty());
}

// A command says no after it has shown what it found: the answer stands in the one stream, why it
// is a no in the other.
TEST_F(ExamplesInJson, WhatIsRefusedAfterAnAnswerIsSaidBesideIt) {
  const RanCommand status =
      RunMrgctl({"trust", "status", "--address", node_.address(), "--output", "json"});

  EXPECT_EQ(status.code, kExitFailed);
  ASSERT_EQ(JsonLines(status.out).size(), 1u);
  EXPECT_EQ(JsonLines(status.out)[0]["ready"], false);
  const nlohmann::json error = JsonLines(status.err).at(0)["error"];
  EXPECT_EQ(error["reason"], "NODE_NOT_READY");
  EXPECT_THAT(error["messageZh"].get<std::string>(), Not(IsEmpty()));

  const RanCommand doctor = RunMrgctl({"doctor", "--config", "none", "--output=json"});

  EXPECT_EQ(doctor.code, kExitFailed);
  EXPECT_EQ(JsonLines(doctor.out).at(0)["health"], "FAULT");
  EXPECT_EQ(JsonLines(doctor.err).at(0)["error"]["message"], "1 fault");
}

// What did not reach the node names it, in the form that was asked for.
TEST_F(CommandsInAFolder, ACallThatFailsIsJson) {
  const RanCommand ran =
      RunMrgctl({"catalogue", "types", "--address", "unix:none.sock", "--output", "json"});

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_EQ(JsonLines(ran.err).at(0)["error"]["code"], "UNAVAILABLE");
}

}  // namespace
}  // namespace mrg
