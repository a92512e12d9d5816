// A pack is checked, compiled and tested as one: what may stand in a pack file at all.

#include "gateway/translation/compiled_pack.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/translation/pack_checks.h"
#include "gateway/translation/testing/small_pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

Dictionary SmallDictionary() {
  auto dictionary = Dictionary::Parse(kSmallDictionary);
  EXPECT_TRUE(dictionary.ok()) << dictionary.status();
  return *dictionary;
}

absl::Status Compiled(const std::string& text) {
  return CompiledPack::Compile(text, SmallDictionary()).status();
}

// The small pack with one thing changed.
absl::Status After(const std::string& from, const std::string& to) {
  const std::string changed = absl::StrReplaceAll(kSmallPack, {{from, to}});
  EXPECT_NE(changed, kSmallPack) << from;
  return Compiled(changed);
}

void ExpectRefused(const std::string& from, const std::string& to, const std::string& place) {
  const absl::Status status = After(from, to);
  EXPECT_EQ(ReasonOf(status), Reason::kPackInvalid) << from << " -> " << to;
  EXPECT_THAT(std::string(status.message()), HasSubstr(place)) << from << " -> " << to;
}

TEST(CompiledPack, GoodPackSaysWhatItIsFor) {
  const auto pack = CompiledPack::Compile(kSmallPack, SmallDictionary());

  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ((*pack)->type_code(), "11100000XX0000019L003");
  EXPECT_EQ((*pack)->standard(), "small");
  EXPECT_EQ((*pack)->version(), "1");
  EXPECT_EQ((*pack)->owner_jurisdiction(), "31");
  EXPECT_EQ((*pack)->message().tests_size(), 2);
}

TEST(Threat, M01_AmbiguousCodesAreRefused) {
  ExpectRefused("text: \"男性\"", "text: \"男\"", "sexes: ambiguous: 男");
  ExpectRefused("pairs { text: \"男性\" code: \"1\"", "pairs { text: \"男\" code: \"9\"",
                "sexes: ambiguous: 男");
  // 男 begins 男性: joined, 男性 could be 男 and something else.
  ExpectRefused("classes\" code { layout: CODE_LAYOUT_JOINED }",
                "classes\" code { table: \"joined\" layout: CODE_LAYOUT_JOINED }", "no table");
  const std::string joined = absl::StrReplaceAll(
      kSmallPack, {{"classes\" code { layout: CODE_LAYOUT_JOINED }",
                    "classes\" code { table: \"joined\" layout: CODE_LAYOUT_JOINED }"}});
  const absl::Status status = Compiled(absl::StrCat(joined, R"(
    code_tables {
      id: "joined" list: "classes"
      pairs { text: "A" code: "A1" accuracy: PAIR_ACCURACY_EXACT }
      pairs { text: "A2" code: "A2" accuracy: PAIR_ACCURACY_EXACT }
      pairs { text: "D" code: "D" accuracy: PAIR_ACCURACY_EXACT }
    })"));
  EXPECT_EQ(ReasonOf(status), Reason::kPackInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("classes: ambiguous"));
  ExpectRefused("layouts: DATE_LAYOUT_CHINESE long_term_text: \"长期\"",
                "layouts: DATE_LAYOUT_CHINESE long_term_text: \"9999年12月31日\"",
                "expires: ambiguous");
}

TEST(Threat, M01_OverlappingPlacesAreRefused) {
  ExpectRefused("name: \"years\" element_id: \"years\"", "name: \"points\" element_id: \"years\"",
                "points: overlap");
  ExpectRefused("element_id: \"years\" integer", "element_id: \"points\" integer",
                "years: overlap");
  ExpectRefused("name: \"备注\" element_id", "name: \"实缴\" element_id", "data.实缴: overlap");
  ExpectRefused("name_member: \"n\"", "name_member: \"v\"", "data");
  ExpectRefused("constants { name: \"t\"", "constants { name: \"n\"", "data");
  ExpectRefused("declared_losses { element_id: \"elsewhere\"",
                "declared_losses { element_id: \"number\"", "declared_losses");
}

// A pack names no other pack and no place of its own, so a cycle could only be endless nesting.
TEST(Threat, M01_NestingThatCouldBeEndlessIsRefused) {
  std::string deep = "text {}";
  for (int i = 0; i <= kPackDepthMax; ++i) {
    deep = absl::StrCat("object { fields { name: \"a\" ",
                        i == 0 ? "element_id: \"elsewhere\" " : "", deep, " } }");
  }
  const std::string pack = absl::StrReplaceAll(
      kSmallPack, {{"declared_losses { element_id: \"elsewhere\" why: \"no place\" }",
                    absl::StrCat("fields { name: \"deep\" ", deep, " }")}});
  const absl::Status status = Compiled(pack);
  EXPECT_EQ(ReasonOf(status), Reason::kPackInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("levels"));
  ExpectRefused(
      "fields { name: \"capital\"",
      "fields { name: \"x\" json_text: true object { fields { name: \"y\" json_text: true "
      "object { fields { name: \"z\" element_id: \"elsewhere\" text {} } } } } }"
      "fields { name: \"capital\"",
      "texts in texts");
}

TEST(Threat, M01_UnknownElementAndWrongTypeAreRefused) {
  ExpectRefused("element_id: \"number\" text", "element_id: \"colour\" text",
                "no: the dictionary has no element colour");
  ExpectRefused("element_id: \"number\" text", "text", "no: the dictionary has no element");
  ExpectRefused(
      "element_id: \"issued\" date { layouts: DATE_LAYOUT_EXTENDED layouts: "
      "DATE_LAYOUT_BASIC }",
      "element_id: \"issued\" text {}", "issued: wrong type");
  ExpectRefused("list: \"sex\"\n", "list: \"classes\"\n", "sexes");
  ExpectRefused("id: \"sexes\" list: \"sex\"", "id: \"sexes\" list: \"colours\"", "sexes");
  ExpectRefused("code: \"9\" accuracy: PAIR_ACCURACY_BROADER",
                "code: \"7\" accuracy: PAIR_ACCURACY_BROADER", "sexes: 7");
  ExpectRefused("element_id: \"holder\" text", "element_id: \"elsewhere\" text", "holders.name");
  ExpectRefused("element_id: \"sex\" code { table: \"sexes\" }",
                "element_id: \"sex\" code { table: \"sexes\" layout: CODE_LAYOUT_ARRAY }", "sex");
  ExpectRefused("declared_losses { element_id: \"elsewhere\"",
                "declared_losses { element_id: \"colour\"", "declared_losses");
}

TEST(Threat, M01_MissingTestIsRefused) {
  const std::string text = kSmallPack;
  EXPECT_THAT(std::string(Compiled(text.substr(0, text.find("tests {"))).message()),
              HasSubstr("tests: missing"));
  const size_t second = text.find("tests {", text.find("tests {") + 1);
  EXPECT_THAT(std::string(Compiled(text.substr(0, second)).message()),
              HasSubstr("tests: missing: none writes"));
  ExpectRefused("declared_losses { element_id: \"elsewhere\" why: \"no place\" }",
                "fields { name: \"e\" element_id: \"elsewhere\" text {} }",
                "tests: missing: none reads elsewhere");
}

TEST(CompiledPack, TestThatFailsRefusesThePackAndIsNamed) {
  ExpectRefused("elements { id: \"points\" values: \"3\" }",
                "elements { id: \"points\" values: \"4\" }", "test whole: reads otherwise: points");
  ExpectRefused("elements { id: \"years\" values: \"6\" }", "", "tests: missing: none reads years");
  ExpectRefused("written: '{\"kind\":\"sample\",\"no\":\"S-1\",\"area\":\"\"}'",
                "written: '{\"no\":\"S-1\"}'", "test written: writes otherwise");
  ExpectRefused("lost: \"elsewhere\"", "", "test written: loses: elsewhere");
  ExpectRefused("\"sex\":\"男\"", "\"sex\":\"其他\"",
                "test whole: other issues: sex sex CODE_UNKNOWN");
  ExpectRefused("\"years\":6,", "\"years\":6", "test whole: other issues:   DOCUMENT_MALFORMED");
  ExpectRefused("values: \"6\"", "values: \"six\"", "test whole: expected a value");
}

TEST(CompiledPack, M10_TestNamesTheMembersThatAreUndeclared) {
  ExpectRefused("\"years\":6,", "\"years\":6,\"colour\":\"red\",",
                "test whole: other issues:  colour UNDECLARED_MEMBER");
  EXPECT_TRUE(
      Compiled(absl::StrReplaceAll(kSmallPack,
                                   {{"\"years\":6,", "\"years\":6,\"colour\":\"red\","},
                                    {"  elements { id: \"number\" values: \"S-1\" }\n  elements "
                                     "{ id: \"area\"",
                                     "  issues { path: \"colour\" reason: \"UNDECLARED_MEMBER\" "
                                     "}\n  elements { id: \"number\" values: \"S-1\" }\n  "
                                     "elements { id: \"area\""}}))
          .ok());
}

TEST(CompiledPack, M10_IgnoredMemberHoldsNothing) {
  EXPECT_TRUE(After("fields { name: \"kind\"",
                    "fields { name: \"colour\" ignored {} } fields { name: \"kind\"")
                  .ok());
  ExpectRefused("fields { name: \"kind\"",
                "fields { name: \"colour\" element_id: \"elsewhere\" ignored {} } "
                "fields { name: \"kind\"",
                "colour: what is ignored");
  ExpectRefused("fields { name: \"kind\"",
                "fields { name: \"colour\" empty_when_absent: true ignored {} } "
                "fields { name: \"kind\"",
                "colour: what is ignored");
  ExpectRefused("fields { name: \"kind\"",
                "fields { name: \"no\" ignored {} } fields { name: \"kind\"", "no: overlap");
  ExpectRefused("constants { name: \"t\"",
                "constants { name: \"v\" ignored {} } constants { name: \"t\"",
                "data: expected constants");
}

TEST(CompiledPack, M10_PackSaysWhichElementsItMayReadInexactly) {
  const auto pack = CompiledPack::Compile(kSmallPack, SmallDictionary());
  ASSERT_TRUE(pack.ok()) << pack.status();

  EXPECT_TRUE((*pack)->MayRead("sex", gateway::v1::PAIR_ACCURACY_BROADER));
  EXPECT_FALSE((*pack)->MayRead("sex", gateway::v1::PAIR_ACCURACY_NARROWER));
  EXPECT_FALSE((*pack)->MayRead("classes", gateway::v1::PAIR_ACCURACY_BROADER));
  EXPECT_FALSE((*pack)->MayRead("number", gateway::v1::PAIR_ACCURACY_BROADER));
  EXPECT_FALSE((*pack)->MayRead("elsewhere", gateway::v1::PAIR_ACCURACY_BROADER));
}

TEST(CompiledPack, HeadAndFormsAreChecked) {
  const std::pair<const char*, const char*> faults[] = {
      {"11100000XX0000019L003", "11100000XX0000019M003"},
      {"standard: \"small\"", "standard: \"Small\""},
      {"version: \"1\"", "version: \"1/2\""},
      {"owner_jurisdiction: \"31\"", "owner_jurisdiction: \"99\""},
      {"dictionary_version: 1", "dictionary_version: 2"},
      {"dictionary_version: 1", ""},
      {"element_id: \"number\" text {}", "element_id: \"number\""},
      {"fields { name: \"no\"", "fields { name: \"\""},
      {"layouts: DATE_LAYOUT_CHINESE", "layouts: DATE_LAYOUT_UNSPECIFIED"},
      {"layouts: DATE_LAYOUT_CHINESE", ""},
      {"layouts: DATE_LAYOUT_EXTENDED layouts: DATE_LAYOUT_BASIC",
       "layouts: DATE_LAYOUT_BASIC layouts: DATE_LAYOUT_BASIC"},
      {"date { layouts: DATE_LAYOUT_EXTENDED ",
       "date { long_term_text: \"长期\" layouts: DATE_LAYOUT_EXTENDED "},
      {"decimal { layout: DECIMAL_LAYOUT_OBJECT }", "decimal {}"},
      {"integer {} }", "integer {} empty_when_absent: true }"},
      {"integer {} }", "integer {} json_text: true }"},
      {"constant { text: \"sample\" } }",
       "constant { text: \"sample\" } element_id: \"elsewhere\" }"},
      {"accuracy: PAIR_ACCURACY_BROADER", "accuracy: PAIR_ACCURACY_NONE"},
      {"accuracy: PAIR_ACCURACY_BROADER", ""},
      {"code { table: \"sexes\" }", "code {}"},
      {"why: \"no place\"", ""},
      {"name: \"written\"", "name: \"whole\""},
      {"version: \"1\"", "version: \"1\" colour: \"red\""},
  };
  for (const auto& [from, to] : faults) ExpectRefused(from, to, "");
}

}  // namespace
}  // namespace mrg
