// Proves that the closed list of reasons is alive: each one is made by production code, named by a
// test, and explained in gateway/docs/REASONS.md, which is generated from the table here.

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/architecture/source_tree.h"
#include "tests/golden/golden_file.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct ReasonName {
  std::string constant;  // "kFieldRequired"
  std::string token;     // "FIELD_REQUIRED"
};

const std::vector<ReasonName>& ReasonNames() {
  static const auto* names = new std::vector<ReasonName>{
#define MRG_REASON(name, token, code, use, en, zh) {#name, token},
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

std::string CodeName(absl::StatusCode code) {
  return code == absl::StatusCode::kOk ? "OK (a verdict)" : absl::StatusCodeToString(code);
}

std::string ReasonsPage() {
  std::string page =
      "# Reasons\n\n"
      "The closed list. A reason is the token in `google.rpc.ErrorInfo.reason` of a failed call,\n"
      "in a check of a decision record, and in metrics. Callers compare tokens,\n"
      "never message text. An *error* means that nothing was decided or written; a *verdict* is "
      "why\n"
      "a check of a decision ended as it did, and the call itself answers OK.\n\n"
      "The gRPC code says what to do: `UNAVAILABLE` retry, `ABORTED` redo the transaction,\n"
      "`RESOURCE_EXHAUSTED` retry later or send less, `FAILED_PRECONDITION` do not retry until\n"
      "something changes, `INVALID_ARGUMENT` mend the request.\n\n"
      "Generated from `gateway/base/reason_table.inc` by `./tests/run --golden`; not edited by "
      "hand.\n\n"
      "| token | use | gRPC code | English | 中文 |\n"
      "|---|---|---|---|---|\n";
  for (const ReasonInfo& info : AllReasons()) {
    absl::StrAppend(&page, "| `", info.token, "` | ",
                    info.use == ReasonUse::kError ? "error" : "verdict", " | ", CodeName(info.code),
                    " | ", info.english, " | ", info.chinese, " |\n");
  }
  return page;
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

TEST(Reasons, PageSaysWhatTheTableSays) { ExpectGolden("gateway/docs/REASONS.md", ReasonsPage()); }

TEST(Reasons, WordsAreWhole) {
  std::set<std::string> words;
  AddWords("Reason::kFieldTooLong, \"FIELD_REQUIRED_X\"", &words);

  EXPECT_THAT(words, UnorderedElementsAre("Reason", "kFieldTooLong", "FIELD_REQUIRED_X"));
  EXPECT_EQ(Unnamed(words).size(), ReasonNames().size() - 1);
}

}  // namespace
}  // namespace mrg
