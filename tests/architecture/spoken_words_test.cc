// Whatever a command of mrgctl says in English has its Chinese: each literal that is shown is
// looked up as the command itself looks it up. Descriptions in the help are looked at where it is
// shown.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/cli/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/architecture/source_tree.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Takes the literals that follow one another at the beginning of `code`. Result: their text; empty
// when there is none.
std::string TakeLiterals(absl::string_view* code) {
  std::string text;
  for (;;) {
    absl::string_view rest = absl::StripLeadingAsciiWhitespace(*code);
    if (!absl::ConsumePrefix(&rest, "\"")) break;
    size_t end = 0;
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    absl::StrAppend(&text, rest.substr(0, end));
    *code = rest.substr(std::min(end + 1, rest.size()));
  }
  return absl::StrReplaceAll(text, {{"\\n", "\n"}, {"\\\"", "\""}, {"\\\\", "\\"}});
}

// All literals between the bracket at which `code` begins and the one that closes it.
std::vector<std::string> LiteralsInBrackets(absl::string_view code) {
  std::vector<std::string> texts;
  int depth = 1;
  while (!code.empty() && depth > 0) {
    if (code.front() == '"') {
      texts.push_back(TakeLiterals(&code));
      continue;
    }
    depth += code.front() == '(' ? 1 : code.front() == ')' ? -1 : 0;
    code.remove_prefix(1);
  }
  return texts;
}

// The sentences with a place for a name, which are put together where they are shown.
std::vector<std::string> Sentences(absl::string_view code) {
  std::vector<std::string> found;
  while (!code.empty()) {
    std::string text = code.front() == '"' ? TakeLiterals(&code) : "";
    if (absl::StrContains(text, "$0")) found.push_back(std::move(text));
    code.remove_prefix(std::min<size_t>(1, code.size()));
  }
  return found;
}

std::vector<std::string> ShownLiterals(absl::string_view code) {
  std::vector<std::string> shown = Sentences(code);
  for (size_t at = 0; at < code.size(); ++at) {
    absl::string_view rest = code.substr(at);
    if (absl::ConsumePrefix(&rest, "<<")) shown.push_back(TakeLiterals(&rest));
    for (const absl::string_view call :
         {"OwnWords(", "InLanguage(", "Phrase(", ".Say(", "ReportUsage("}) {
      absl::string_view inside = code.substr(at);
      if (!absl::ConsumePrefix(&inside, call)) continue;
      for (std::string& text : LiteralsInBrackets(inside)) shown.push_back(std::move(text));
    }
  }
  return shown;
}

std::vector<std::string> WithoutChinese(absl::string_view path, absl::string_view content) {
  std::vector<std::string> found;
  for (const std::string& text : ShownLiterals(CodeOnly(content, /*keep_strings=*/true))) {
    if (!HasChinese(text)) {
      found.push_back(absl::StrCat(path, ": \"", text, "\" has a line that is not in ",
                                   "gateway/cli/chinese_words.cc"));
    }
  }
  return found;
}

TEST(SpokenWords, ALineThatNobodyPutIntoChineseIsFound) {
  EXPECT_THAT(WithoutChinese("a.cc", "out << \"staged \" << x << \"\\n\";"), IsEmpty());
  EXPECT_THAT(WithoutChinese("a.cc", "out << \"not \"\n \"said\" << x;").size(), 1);
  EXPECT_THAT(WithoutChinese("a.cc", "out << OwnWords(f(x) ? \"staged\" : \"unsaid\");").size(), 1);
  EXPECT_THAT(WithoutChinese("a.cc", "f(\"staged\", {\"$0 unsaid\"}, \"$0 is free\");").size(), 1);
  EXPECT_THAT(WithoutChinese("a.cc", "g({}, Phrase(\"unsaid\"));").size(), 1);
  EXPECT_THAT(WithoutChinese("a.cc", "Json j = {\"unsaid\"};  // << \"unsaid\""), IsEmpty());
  EXPECT_THAT(ShownLiterals("out << \"a\\nb\" \"c\\\"\";"), ElementsAre("a\nbc\""));
}

TEST(SpokenWords, OfEveryCommandAreInChineseToo) {
  std::vector<std::string> found;
  int files = 0;
  for (const SourceFile& file : WorkspaceFiles()) {
    if (!absl::StartsWith(file.path, "gateway/cli/") || !IsCpp(file.path)) continue;
    // What is in Chinese already.
    if (IsTestCode(file.path) || absl::StartsWith(file.path, "gateway/cli/chinese_")) continue;
    ++files;
    for (std::string& one : WithoutChinese(file.path, file.content))
      found.push_back(std::move(one));
  }

  EXPECT_THAT(found, IsEmpty()) << Lines(found);
  EXPECT_GT(files, 50);
}

}  // namespace
}  // namespace mrg
