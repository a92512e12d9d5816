#include "gateway/catalogue/licence_number.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Normal(absl::string_view number) {
  const auto normal = NormaliseNumber("number", number);
  EXPECT_TRUE(normal.ok()) << normal.status();
  return normal.value_or("");
}

TEST(LicenceNumber, WritingsOfOneNumberAreOne) {
  const std::string normal = "沪(2026)A0001号";
  for (const char* written : {"沪(2026)A0001号", "沪（2026）A0001号", "沪（２０２６）Ａ０００１号",
                              " 沪(2026) a0001号\t", "沪(2026)\u3000A0001\u00a0号"}) {
    EXPECT_EQ(Normal(written), normal) << written;
  }
  EXPECT_EQ(Normal("京〔2026〕1"), Normal("京【2026】1"));
  EXPECT_EQ(Normal("31010119000101002x"), "31010119000101002X");
}

TEST(LicenceNumber, DifferentNumbersStayDifferent) {
  EXPECT_NE(Normal("S-0001"), Normal("S0001"));
  EXPECT_NE(Normal("𠮷1"), Normal("吉1"));
  EXPECT_NE(Normal("〔1〕"), Normal("(1)"));
}

TEST(LicenceNumber, NormalisingTwiceChangesNothing) {
  for (const char* written : {"沪（2026） a号", "～｀！", "\uFF5E", "A"}) {
    EXPECT_EQ(Normal(Normal(written)), Normal(written)) << written;
  }
}

TEST(LicenceNumber, ChineseCharactersOfAllPlanesAreKnown) {
  for (const char* written :
       {"〇", "㐀", "䶿", "一", "\u9FFF", "𠀀", "𪜀", "\U0002EBF0", "\U000323AF"}) {
    EXPECT_EQ(Normal(written), written);
  }
}

TEST(LicenceNumber, B01_WhatIsNotKnownIsRefusedByItsCodePoint) {
  struct Unknown {
    const char* character;
    const char* code_point;
  };
  const Unknown unknown[] = {
      {"\uFEFF", "U+FEFF"},       // byte-order mark
      {"\u200B", "U+200B"},       // zero width space
      {"\u200D", "U+200D"},       // zero width joiner
      {"\u2060", "U+2060"},       // word joiner
      {"\u00AD", "U+00AD"},       // soft hyphen
      {"\u2010", "U+2010"},       // hyphen
      {"\u2011", "U+2011"},       // non-breaking hyphen
      {"\u2013", "U+2013"},       // en dash
      {"\u2014", "U+2014"},       // em dash
      {"\u2212", "U+2212"},       // minus
      {"\uFE63", "U+FE63"},       // small hyphen-minus
      {"\u1680", "U+1680"},       // ogham space
      {"\u2002", "U+2002"},       // en space
      {"\u2007", "U+2007"},       // figure space
      {"\u202F", "U+202F"},       // narrow no-break space
      {"\u205F", "U+205F"},       // mathematical space
      {"\u2028", "U+2028"},       // line separator
      {"\u0085", "U+0085"},       // next line
      {"\u061C", "U+061C"},       // Arabic letter mark
      {"\u200E", "U+200E"},       // left-to-right mark
      {"\u202E", "U+202E"},       // right-to-left override
      {"\u2066", "U+2066"},       // left-to-right isolate
      {"\u0301", "U+0301"},       // combining acute accent
      {"\uFE0F", "U+FE0F"},       // variation selector
      {"\U000E0100", "U+E0100"},  // ideographic variation selector
      {"\U000E0041", "U+E0041"},  // tag
      {"\u0410", "U+0410"},       // Cyrillic A
      {"\u0391", "U+0391"},       // Greek Alpha
      {"\u0661", "U+0661"},       // Arabic-Indic one
      {"\u2160", "U+2160"},       // Roman one
      {"\u2460", "U+2460"},       // circled one
      {"\u00B2", "U+00B2"},       // superscript two
      {"\u2F00", "U+2F00"},       // radical one
      {"\uF900", "U+F900"},       // compatibility ideograph
      {"\U0002F800", "U+2F800"},  // compatibility ideograph, supplement
      {"\uE000", "U+E000"},       // private use
      {"\uFF5F", "U+FF5F"},       // beyond the full-width forms of ASCII
      {"\uFFFD", "U+FFFD"},       // replacement character
      {"\x01", "U+0001"},         // controls
      {"\x1b", "U+001B"},        {"\x7f", "U+007F"},
  };
  for (const Unknown& one : unknown) {
    for (const std::string& number :
         {absl::StrCat(one.character, "XS-7"), absl::StrCat("XS-7", one.character),
          absl::StrCat("XS", one.character, "-7"), std::string(one.character)}) {
      const absl::Status refused = NormaliseNumber("licence_number", number).status();

      EXPECT_EQ(ReasonOf(refused), Reason::kFieldMalformed) << one.code_point;
      EXPECT_EQ(FieldOf(refused), "licence_number") << one.code_point;
      EXPECT_THAT(std::string(refused.message()), HasSubstr(absl::StrCat(one.code_point, " ")));
      EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("XS-7")));
    }
  }
  EXPECT_THAT(std::string(NormaliseNumber("number", "京7\u2011").status().message()),
              HasSubstr("as character 3"));
}

TEST(LicenceNumber, B01_ANumberOfBlanksIsNone) {
  for (const char* blanks : {"", " ", "\t\r\n", "\u3000", " \u00a0\u3000"}) {
    const absl::Status refused = NormaliseNumber("licence_number", blanks).status();

    EXPECT_EQ(ReasonOf(refused), Reason::kFieldRequired);
    EXPECT_EQ(FieldOf(refused), "licence_number");
  }
}

TEST(LicenceNumber, B01_BytesThatAreNoUtf8AreNone) {
  using std::string_literals::operator""s;
  for (const std::string& number : {"A\xFF"s, "A\xEF\xBB"s, "\xED\xA0\x80"s, "\xC0\xAD"s}) {
    EXPECT_EQ(ReasonOf(NormaliseNumber("number", number).status()), Reason::kFieldNotUtf8);
  }
  EXPECT_EQ(ReasonOf(NormaliseNumber("number", "A\0B"s).status()), Reason::kFieldMalformed);
}

}  // namespace
}  // namespace mrg
