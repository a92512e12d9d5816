// Proves that the closed list of reasons is alive: each one is made by production code and named by
// a test.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/architecture/source_tree.h"

namespace mrg {
namespace {

using ::testing::UnorderedElementsAre;

struct ReasonName {
  std::string constant;  // "kFieldRequired"
  std::string token;     // "FIELD_REQUIRED"
};

const std::vector<ReasonName>& ReasonNames() {
  static const auto* names = new std::vector<ReasonName>{
#define MRG_REASON(name, token, code, use, en, zh, next_en, next_zh) {#name, token},
#include "gateway/base/reason_table.inc"
#undef MRG_REASON
  };
  return *names;
}

// The words ([A-Za-z0-9_]+) of a text.
void AddWords(absl::string_view text, std::set<std::string>* words) {
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words->insert(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words->insert(std::move(word));
}

// Result: the reasons that `words` names neither by constant nor by token.
std::vector<std::string> Unnamed(const std::set<std::string>& words) {
  std::vector<std::string> missing;
  for (const ReasonName& reason : ReasonNames()) {
    if (words.count(reason.constant) == 0 && words.count(reason.token) == 0) {
      missing.push_back(reason.token);
    }
  }
  return missing;
}

bool IsTheListItself(absl::string_view path) {
  return absl::StartsWith(path, "gateway/base/reason") ||
         absl::StartsWith(path, "tests/architecture/");
}

TEST(Reasons, EveryReasonIsNamedByATest) {
  std::set<std::string> words;
  for (const SourceFile& file : WorkspaceFiles()) {
    if (!IsTestCode(file.path) || IsTheListItself(file.path)) continue;
    AddWords(IsCpp(file.path) ? CodeOnly(file.content, /*keep_strings=*/true) : file.content,
             &words);
  }

  const std::vector<std::string> missing = Unnamed(words);

  EXPECT_TRUE(missing.empty()) << Lines(missing);
}

TEST(Reasons, EveryReasonIsMadeByProductionCode) {
  std::set<std::string> words;
  for (const SourceFile& file : WorkspaceFiles()) {
    if (IsTestCode(file.path) || IsTheListItself(file.path) || !IsCpp(file.path)) continue;
    AddWords(CodeOnly(file.content), &words);
  }

  const std::vector<std::string> missing = Unnamed(words);

  EXPECT_TRUE(missing.empty()) << Lines(missing);
}

TEST(Reasons, WordsAreWhole) {
  std::set<std::string> words;
  AddWords("Reason::kFieldTooLong, \"FIELD_REQUIRED_X\"", &words);

  EXPECT_THAT(words, UnorderedElementsAre("Reason", "kFieldTooLong", "FIELD_REQUIRED_X"));
  EXPECT_EQ(Unnamed(words).size(), ReasonNames().size() - 1);
}

}  // namespace
}  // namespace mrg
