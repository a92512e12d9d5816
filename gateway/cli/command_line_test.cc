#include "gateway/cli/command_line.h"

#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/cli/command.h"
#include "gateway/cli/display.h"
#include "gateway/cli/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Reported(const absl::Status& status) {
  std::ostringstream text;
  Display err(&text);
  EXPECT_EQ(Report(status, err), status.ok() ? kExitOk : kExitFailed);
  return text.str();
}

TEST(Report, SuccessSaysNothing) { EXPECT_EQ(Reported(absl::OkStatus()), ""); }

TEST(Report, AReasonIsSaidInBothLanguages) {
  const ReasonInfo& info = InfoOf(Reason::kNodeNotReady);
  EXPECT_EQ(Reported(MakeError(Reason::kNodeNotReady, "why")),
            absl::StrCat("mrgctl: NODE_NOT_READY: why (", info.chinese,
                         ")\n  next 下一步: ", info.next_step, " (", info.next_step_zh, ")\n"));
}

TEST(Report, AnEmptyMessageIsNeverAnAnswer) {
  EXPECT_THAT(Reported(absl::UnimplementedError("")), HasSubstr("does not have this call"));
  EXPECT_EQ(Reported(absl::UnavailableError("")),
            "mrgctl: the node answered UNAVAILABLE and said no more\n");
}

// What is said to be wrong with the words, without what is said each time.
std::string FaultIn(std::vector<std::string> words, Language language) {
  CLI::App app("", "mrgctl");
  int number = 0;
  std::string text;
  app.require_subcommand(1);
  CLI::App* command = app.add_subcommand("run", "");
  command->add_option("--must", text)->required();
  CLI::Option* one = command->add_option("--one", text);
  command->add_option("--with", text)->needs(one);
  command->add_option("--without", text)->excludes(one);
  command->add_option("--number", number)->check(CLI::Range(1, 60));
  command->add_option("--id", text)->check([](const std::string&) {
    return std::string("expected 64 hex digits");
  });
  CLI::Option_group* kind = command->add_option_group("kind", "");
  kind->add_option("--left", text);
  kind->add_option("--right", text);
  kind->require_option(1);
  std::ostringstream shown, wrong;
  Display out(&shown);
  Display err(&wrong);
  for (Display* display : {&out, &err}) display->SetLanguage(language);
  EXPECT_EQ(ParseCommandLine(app, words, out, err), kExitUsage) << shown.str();
  const std::string said = wrong.str();
  const std::string before = InLanguage(language, "the command line is wrong: ");
  EXPECT_EQ(said.substr(0, before.size()), before);
  return said.substr(before.size(), said.find('\n') - before.size());
}

// Both languages say it with the names that stand in it.
auto Says(const std::string& english, const std::string& chinese) {
  return ElementsAre(english, chinese);
}

std::vector<std::string> FaultsIn(const std::vector<std::string>& words) {
  return {FaultIn(words, Language::kEnglish), FaultIn(words, Language::kChinese)};
}

std::vector<std::string> FaultsOfRun(std::vector<std::string> words) {
  words.insert(words.begin(), {"run", "--must", "x", "--left", "y"});
  return FaultsIn(words);
}

TEST(ParseCommandLine, SaysWhatIsWrongInTheLanguageThatIsAskedFor) {
  EXPECT_THAT(FaultsIn({}), Says("A subcommand is required", "须给出子命令"));
  EXPECT_THAT(FaultsIn({"run", "--left", "y"}), Says("--must is required", "须给出 --must"));
  EXPECT_THAT(
      FaultsIn({"run", "--must", "x"}),
      Says("Exactly 1 option from [--left,--right] is required", "须给出其中一项：--left,--right"));
  EXPECT_THAT(FaultsOfRun({"--right", "y"}),
              Says("Exactly 1 option from [--left,--right] is required and 2 were given",
                   "须且仅须给出其中一项：--left,--right，现有 2 项"));
  EXPECT_THAT(FaultsOfRun({"--number", "61"}),
              Says("--number: Value 61 not in range 1 to 60", "--number：61 不在 1 至 60 之间"));
  EXPECT_THAT(FaultsOfRun({"--output", "xml"}),
              Says("--output: xml not in {text,json}", "--output：xml 须为其中之一：text,json"));
  EXPECT_THAT(FaultsOfRun({"--id", "0f3a"}),
              Says("--id: expected 64 hex digits", "--id：须为 64 位十六进制数字"));
  EXPECT_THAT(FaultsOfRun({"--with", "x"}),
              Says("--with requires --one", "--with 须与 --one 同时给出"));
  EXPECT_THAT(FaultsOfRun({"--without", "x", "--one", "x"}),
              Says("--one excludes --without", "--one 与 --without 不可同时给出"));
  EXPECT_THAT(FaultsOfRun({"--one", "1", "--one", "2"}),
              Says("--one: At Most 1 required but received 2", "--one：至多给出 1 次，现有 2 次"));
  EXPECT_THAT(FaultsOfRun({"--one"}),
              Says("--one: 1 required TEXT missing", "--one：缺少 1 个值（TEXT）"));
  EXPECT_THAT(FaultsOfRun({"--such"}),
              Says("The following argument was not expected: --such", "多余的参数：--such"));
  EXPECT_THAT(FaultsOfRun({"--a", "is required"}),
              Says("The following arguments were not expected: is required --a",
                   "多余的参数：is required --a"));
}

}  // namespace
}  // namespace mrg
