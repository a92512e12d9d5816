#include "gateway/base/displayed_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

// (UTF-8, as it is shown): one of each kind, and the first and last of the larger ones.
const std::vector<std::pair<std::string, std::string>>& HiddenCharacters() {
  static const auto* const all = new std::vector<std::pair<std::string, std::string>>{
      {std::string(1, '\0'), "\\u{00}"},
      {"\t", "\\u{09}"},
      {"\n", "\\u{0A}"},
      {"\r", "\\u{0D}"},
      {"\x1b", "\\u{1B}"},
      {"\x7f", "\\u{7F}"},
      {"\u0080", "\\u{80}"},
      {"\u0085", "\\u{85}"},
      {"\u009b", "\\u{9B}"},
      {"\u009f", "\\u{9F}"},
      {"\u00ad", "\\u{AD}"},
      {"\u034f", "\\u{34F}"},
      {"\u061c", "\\u{61C}"},
      {"\u115f", "\\u{115F}"},
      {"\u180e", "\\u{180E}"},
      {"\u200b", "\\u{200B}"},
      {"\u200d", "\\u{200D}"},
      {"\u200e", "\\u{200E}"},
      {"\u200f", "\\u{200F}"},
      {"\u2028", "\\u{2028}"},
      {"\u2029", "\\u{2029}"},
      {"\u202a", "\\u{202A}"},
      {"\u202e", "\\u{202E}"},
      {"\u2060", "\\u{2060}"},
      {"\u2066", "\\u{2066}"},
      {"\u2069", "\\u{2069}"},
      {"\u206f", "\\u{206F}"},
      {"\u3164", "\\u{3164}"},
      {"\uFDD0", "\\u{FDD0}"},
      {"\uFE0F", "\\u{FE0F}"},
      {"\uFEFF", "\\u{FEFF}"},
      {"\uFFF9", "\\u{FFF9}"},
      {"\uFFFE", "\\u{FFFE}"},
      {"\U0001D173", "\\u{1D173}"},
      {"\U000E0001", "\\u{E0001}"},
      {"\U000E007F", "\\u{E007F}"},
      {"\U000E0100", "\\u{E0100}"},
      {"\U0010FFFF", "\\u{10FFFF}"},
      {"\xff", "\\x{FF}"},
      {"\xC0\xAF", "\\x{C0}\\x{AF}"},
      {"\xED\xA0\x80", "\\x{ED}\\x{A0}\\x{80}"},
      {"\xE8\xAF", "\\x{E8}\\x{AF}"},
  };
  return *all;
}

TEST(Fault, B04_EachCharacterThatIsNotShownAsItselfIsFoundAndEscaped) {
  for (const auto& [hidden, shown] : HiddenCharacters()) {
    const std::string text = absl::StrCat("a", hidden, "b");
    EXPECT_FALSE(IsDisplayed(text)) << shown;
    EXPECT_EQ(Displayed(text), absl::StrCat("a", shown, "b"));
    EXPECT_EQ(Displayed(Displayed(text)), Displayed(text)) << shown;
    EXPECT_TRUE(IsDisplayed(Displayed(text))) << shown;
  }
}

TEST(Fault, B04_TextAsPeopleWriteItStaysAsItIs) {
  for (const char* text : {"", "样例发证机关（二）", "a \\ \"b\" ~", "𠀋𪚥 ·\u3000全角", "ئۇيغۇر",
                           "བོད་", "ᠮᠣᠩᠭᠣᠯ", "é\u0301", "葛\U000E0100城", "神\uFE00", "ᠠ\u180Bᠢ",
                           "\u00a0", "\u2027", "\u202f", "\uE000", "\uFFFD"}) {
    EXPECT_TRUE(IsDisplayed(text)) << text;
    EXPECT_EQ(Displayed(text), text);
  }
}

TEST(Fault, B04_ASelectorWithoutItsLetterAndASecondOneAreNotShown) {
  EXPECT_EQ(Displayed("a\U000E0100"), "a\\u{E0100}");
  EXPECT_EQ(Displayed("葛\U000E0100\U000E0101"), "葛\U000E0100\\u{E0101}");
  EXPECT_EQ(Displayed("葛\u180B"), "葛\\u{180B}");
}

TEST(Fault, B04_NoTwoTextsAreQuotedAlike) {
  EXPECT_EQ(Quoted("a\", key \"b"), R"("a\", key \"b")");
  EXPECT_EQ(Quoted("\u202e"), R"("\u{202E}")");
  EXPECT_EQ(Quoted("\\u{202E}"), R"("\\u{202E}")");
  EXPECT_EQ(Quoted("a\xff"), R"("a\x{FF}")");
}

TEST(Fault, B04_AWordStandsAsItIsAndAnythingElseInQuotes) {
  EXPECT_EQ(Word("11310000YY000001XH/a-b_c.d:1"), "11310000YY000001XH/a-b_c.d:1");
  EXPECT_EQ(Word(""), "\"\"");
  EXPECT_EQ(Word("j-31, NOT"), "\"j-31, NOT\"");
  EXPECT_EQ(Word(absl::string_view("a\0b", 3)), "\"a\\u{00}b\"");
  EXPECT_EQ(Word("机关"), "\"机关\"");
}

TEST(Fault, B04_ALineOfJsonStaysTheSameJson) {
  for (const auto& [hidden, shown] : HiddenCharacters()) {
    const std::string json = nlohmann::json{{"a", hidden}, {"证", "书"}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);

    const std::string line = DisplayedJson(json);

    EXPECT_TRUE(IsDisplayed(line)) << line;
    EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json::parse(json)) << shown;
    EXPECT_NE(line.find("书"), std::string::npos);
  }
}

}  // namespace
}  // namespace mrg
