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

// Reasons whose packages are on their way; the list only shrinks.
const std::set<std::string>& Awaited() {
  static const auto* awaited = new std::set<std::string>{
      "MESSAGE_TOO_LARGE",
      "REQUEST_ID_REUSED",
      "NOT_IN_THIS_VERSION",
      "NODE_NOT_READY",
      "STATUS_LIST_INVALID",
      "LOG_KEY_NOT_TRUSTED",
      "EPOCH_KEY_UNAVAILABLE",
      "RECEIPT_MALFORMED",
      "RECEIPT_SALT_MISMATCH",
      "RECEIPT_COMMITMENT_MISMATCH",
      "DISPUTE_NOT_FOUND",
      "DISPUTE_TRANSITION_REFUSED",
      "DISPUTE_NOT_OWNER",
      "DISPUTE_EVENT_REFUSED",
      "LEASE_LOST",
      "FOUR_EYES",
      "TRUST_EXPIRED",
      "TRUST_MISSING",
      "STATUS_UNAVAILABLE",
      "JURISDICTION_UNKNOWN",
      "TYPE_UNKNOWN",
      "STANDARD_UNKNOWN",
      "NO_PACK",
      "ISSUER_LIST_INVALID",
      "ISSUER_NOT_LISTED",
      "ISSUER_NOT_FOR_TYPE",
      "ISSUER_NOT_FOR_AREA",
      "ISSUER_NOT_YET_LISTED",
      "ISSUER_KEY_USE",
      "ISSUER_RETIRED",
      "ISSUER_SUSPENDED",
      "ISSUER_COMPROMISED",
      "TYPE_MISMATCH",
      "ISSUER_MISMATCH",
      "LICENCE_NOT_YET_VALID",
      "LICENCE_EXPIRED",
      "LICENCE_STATUS_NOT_VALID",
      "HOLDER_MISMATCH",
      "COPY_OUT_OF_SCOPE",
      "LICENCE_REVOKED",
      "LICENCE_SUSPENDED",
      "LICENCE_CANCELLED",
      "UNDER_DISPUTE",
      "SIGNING_TIME_CLAIMED",
      "ELEMENT_NOT_ALLOWED",
  };
  return *awaited;
}

// Result: the reasons that `words` names neither by constant nor by token.
std::vector<std::string> Unnamed(const std::set<std::string>& words) {
  std::vector<std::string> missing;
  for (const ReasonName& reason : ReasonNames()) {
    if (Awaited().count(reason.token) > 0) continue;
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
  EXPECT_EQ(Unnamed(words).size(), ReasonNames().size() - Awaited().size() - 1);
}

}  // namespace
}  // namespace mrg
