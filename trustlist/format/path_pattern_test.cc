#include "trustlist/format/path_pattern.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

bool Matches(absl::string_view pattern, absl::string_view path) {
  MatchWork work;
  const bool matches = MatchesPathPattern(pattern, path, &work);
  EXPECT_TRUE(work.Check().ok());
  return matches;
}

TEST(PathPattern, StarAndQuestionMarkNeverMatchASlash) {
  EXPECT_TRUE(Matches("31/*", "31/issuers"));
  EXPECT_TRUE(Matches("31/*", "31/"));
  EXPECT_FALSE(Matches("31/*", "31/status/licences"));
  EXPECT_FALSE(Matches("31/*", "32/issuers"));
  EXPECT_FALSE(Matches("31/*", "x31/issuers"));
  EXPECT_TRUE(Matches("31/packs/*/*/*", "31/packs/T/s/1"));
  EXPECT_FALSE(Matches("31/packs/*/*/*", "31/packs/T/s/1/x"));
  EXPECT_FALSE(Matches("31/packs/*/*/*", "31/packs/T/s"));
  EXPECT_TRUE(Matches("*a*b", "xaybaab"));
  EXPECT_FALSE(Matches("*a*b", "xay/b"));
  EXPECT_FALSE(Matches("*ab", "xa/b"));
  EXPECT_TRUE(Matches("*a/b*", "aba/bx"));
  EXPECT_TRUE(Matches("?x", "ax"));
  EXPECT_FALSE(Matches("?x", "/x"));
  EXPECT_TRUE(Matches("", ""));
  EXPECT_FALSE(Matches("", "a"));
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_FALSE(Matches("*/*", ""));
  EXPECT_TRUE(Matches("federation", "federation"));
}

TEST(PathPattern, SetsStandForOneCharacterAndNeverForASlash) {
  EXPECT_TRUE(Matches("v[0-9].[0-9a]", "v1.a"));
  EXPECT_FALSE(Matches("v[0-9]", "vx"));
  EXPECT_FALSE(Matches("v[0-9]", "v10"));
  EXPECT_TRUE(Matches("[!0-9]*", "x1"));
  EXPECT_FALSE(Matches("[!0-9]*", "1x"));
  EXPECT_FALSE(Matches("a[!x]b", "a/b"));
  EXPECT_FALSE(Matches("a[.-0]b", "a/b"));
  EXPECT_TRUE(Matches("[]-]", "]"));
  EXPECT_TRUE(Matches("[]-]", "-"));
  EXPECT_TRUE(Matches("[--0]", "."));
  EXPECT_FALSE(Matches("[z-a]", "m"));
  EXPECT_TRUE(Matches("[!z-a]", "m"));
  EXPECT_TRUE(Matches("[a-c-e]", "-"));
  EXPECT_FALSE(Matches("[a-c-e]", "d"));
  EXPECT_TRUE(Matches("[[]", "["));
  EXPECT_TRUE(Matches("[a!]", "!"));
  EXPECT_TRUE(Matches("*[0-9]x", "a1b2x"));
  EXPECT_TRUE(Matches("a[b", "a[b"));
  EXPECT_TRUE(Matches("[]", "[]"));
  EXPECT_FALSE(Matches("[!]", "a"));
  EXPECT_TRUE(Matches("[!]", "[!]"));
}

TEST(Fault, B06_ACharacterIsACodePointAndNotAByte) {
  // U+6D59, U+82CF; U+6CAA begins with the same byte as the first and ends like none of them.
  EXPECT_TRUE(Matches("[浙苏]/*", "浙/f"));
  EXPECT_TRUE(Matches("[浙苏]/*", "苏/f"));
  EXPECT_FALSE(Matches("[浙苏]/*", "沪/f"));
  EXPECT_FALSE(Matches("[!浙苏]/*", "浙/f"));
  EXPECT_TRUE(Matches("[!浙苏]/*", "沪/f"));
  EXPECT_TRUE(Matches("[!浙苏]/*", "x/f"));
  EXPECT_TRUE(Matches("[一-龥]", "照"));
  EXPECT_FALSE(Matches("[一-龥]", "あ"));
  EXPECT_TRUE(Matches("?.txt", "照.txt"));
  EXPECT_FALSE(Matches("??.txt", "照.txt"));
  EXPECT_TRUE(Matches("?", "😀"));
  EXPECT_TRUE(Matches("[😀-😂]", "😁"));
  EXPECT_TRUE(Matches("*照*", "执照.txt"));
  // The last byte of U+7167 alone is no character of it.
  EXPECT_FALSE(Matches("*\xA7.txt", "照.txt"));
  EXPECT_FALSE(Matches("[\xA7]", "§"));
}

TEST(Fault, B06_ASlashEndsASetThatIsOpen) {
  EXPECT_FALSE(Matches("x[a/b]y", "xay"));
  EXPECT_FALSE(Matches("x[a/b]y", "xby"));
  EXPECT_FALSE(Matches("x[a/b]y", "x/y"));
  EXPECT_TRUE(Matches("x[a/b]y", "x[a/b]y"));
  EXPECT_TRUE(Matches("[/]", "[/]"));
  EXPECT_TRUE(Matches("[!/]", "[!/]"));
  EXPECT_TRUE(Matches("[a/[b]", "[a/b"));
}

TEST(PathPattern, AByteThatIsNoUtf8IsACharacterOfItsOwn) {
  EXPECT_TRUE(Matches("?", "\xFF"));
  EXPECT_TRUE(Matches("\xFF", "\xFF"));
  EXPECT_FALSE(Matches("\xFE", "\xFF"));
  // Longer than it must be, a surrogate, beyond the last code point, cut off.
  EXPECT_TRUE(Matches("??", "\xC0\xAF"));
  EXPECT_TRUE(Matches("???", "\xED\xA0\x80"));
  EXPECT_TRUE(Matches("????", "\xF4\x90\x80\x80"));
  EXPECT_TRUE(Matches("??", "\xE7\x85"));
}

// The rule word for word, without any care for time.
bool ReferenceSegment(absl::string_view pattern, absl::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (size_t taken = 0; taken <= text.size(); ++taken) {
      if (ReferenceSegment(pattern.substr(1), text.substr(taken))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  size_t width = 1;
  bool matches = pattern[0] == '?' || pattern[0] == text[0];
  const size_t members = pattern.substr(0, 2) == "[!" ? 2 : 1;
  const size_t close = pattern[0] == '[' ? pattern.find(']', members + 1) : std::string::npos;
  if (close != std::string::npos) {
    const bool listed = pattern.substr(members, close - members).find(text[0]) != std::string::npos;
    matches = listed == (members == 1);
    width = close + 1;
  }
  return matches && ReferenceSegment(pattern.substr(width), text.substr(1));
}

bool Reference(const std::string& pattern, const std::string& path) {
  const std::vector<std::string> patterns = absl::StrSplit(pattern, '/');
  const std::vector<std::string> texts = absl::StrSplit(path, '/');
  if (patterns.size() != texts.size()) return false;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!ReferenceSegment(patterns[i], texts[i])) return false;
  }
  return true;
}

std::string Random(absl::string_view letters, size_t length_max, std::mt19937* random) {
  std::string text;
  for (size_t left = (*random)() % (length_max + 1); left > 0; --left) {
    text.push_back(letters[(*random)() % letters.size()]);
  }
  return text;
}

TEST(PathPattern, AgreesWithTheRuleWordForWord) {
  std::mt19937 random(6);
  int matched = 0;
  for (int i = 0; i < 40000; ++i) {
    const std::string pattern = Random("aab*?[]!/", 9, &random);
    const std::string path = Random("aab[]!/", 6, &random);

    const bool matches = Matches(pattern, path);

    ASSERT_EQ(matches, Reference(pattern, path)) << pattern << " " << path;
    if (matches) ++matched;
  }
  EXPECT_GT(matched, 500);
}

TEST(PathPattern, EndsAreWhatStandsForItself) {
  const auto ends = [](absl::string_view pattern) {
    const PatternEnds found = EndsOfPattern(pattern);
    return absl::StrCat(found.head, "|", found.tail);
  };

  EXPECT_EQ(ends("31/*"), "31/|");
  EXPECT_EQ(ends("a/*/b?c[0-9]-x.tar"), "a/|-x.tar");
  EXPECT_EQ(ends("a[b/c]d"), "a[b/c]d|a[b/c]d");
  EXPECT_EQ(ends("a[b/[c]d"), "a[b/|d");
  EXPECT_EQ(ends("[[[/x*"), "[[[/x|");
  EXPECT_EQ(ends(""), "|");
}

TEST(Fault, H8_AComparisonNeverTakesMoreThanPatternTimesPath) {
  const std::string path(2000, 'a');
  std::string pattern;
  for (int i = 0; i < 400; ++i) pattern += "*a";
  pattern += "*b";

  MatchWork work(pattern.size() * path.size());
  EXPECT_FALSE(MatchesPathPattern(pattern, path, &work));
  EXPECT_TRUE(work.Check().ok());

  MatchWork less(1000);
  EXPECT_FALSE(MatchesPathPattern(pattern, path, &less));
  EXPECT_EQ(ReasonOf(less.Check()), Reason::kMetadataTooLong);
}

}  // namespace
}  // namespace mrg
