#include "gateway/catalogue/dictionary.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kText[] = R"pb(
  version: 2
  elements {
    id: "certificateNumber"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_SENSITIVE
    bytes_max: 128
    name_zh: "证照编号"
  }
  elements {
    id: "face.driver.sex"
    type: ELEMENT_TYPE_CODE
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    code_list: "gbt-2261.1"
    name_zh: "性别"
  }
  elements {
    id: "certificateExpiringDate"
    type: ELEMENT_TYPE_DATE
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    may_be_long_term: true
    name_zh: "证照有效期截止日期"
  }
  code_lists {
    id: "gbt-2261.1"
    version: "2003"
    codes { code: "2" name_zh: "女性" }
    codes { code: "1" name_zh: "男性" }
  }
)pb";

absl::Status RefusedWith(const std::string& from, const std::string& to) {
  const std::string changed = absl::StrReplaceAll(kText, {{from, to}});
  EXPECT_NE(changed, kText) << from;
  return Dictionary::Parse(changed).status();
}

TEST(Dictionary, ElementsAndCodeListsAreFoundById) {
  const auto dictionary = Dictionary::Parse(kText);

  ASSERT_TRUE(dictionary.ok()) << dictionary.status();
  EXPECT_EQ(dictionary->version(), 2u);
  ASSERT_NE(dictionary->Find("face.driver.sex"), nullptr);
  EXPECT_EQ(dictionary->Find("face.driver.sex")->code_list(), "gbt-2261.1");
  EXPECT_EQ(dictionary->Find("Face.driver.sex"), nullptr);
  const CodeList* list = dictionary->FindCodeList("gbt-2261.1");
  ASSERT_NE(list, nullptr);
  EXPECT_TRUE(list->Contains("1"));
  EXPECT_FALSE(list->Contains("01"));
  EXPECT_EQ(list->NameOf("2"), "女性");
  EXPECT_EQ(list->NameOf("3"), "");
  EXPECT_THAT(list->Codes(), ElementsAre("1", "2"));
  EXPECT_EQ(dictionary->FindCodeList("gbt-3304"), nullptr);
}

TEST(Dictionary, EmptyOneHasNothing) {
  EXPECT_EQ(Dictionary().version(), 0u);
  EXPECT_EQ(Dictionary().Find("certificateNumber"), nullptr);
}

TEST(Dictionary, FaultIsRefusedAndNamesTheElement) {
  const absl::Status twice = RefusedWith("face.driver.sex", "certificateNumber");
  EXPECT_EQ(ReasonOf(twice), Reason::kDictionaryInvalid);
  EXPECT_THAT(std::string(twice.message()), HasSubstr("certificateNumber"));
  const std::pair<const char*, const char*> faults[] = {
      {"version: 2", "version: 0"},
      {"ELEMENT_TYPE_TEXT", "ELEMENT_TYPE_UNSPECIFIED"},
      {"ELEMENT_SENSITIVITY_SENSITIVE", "ELEMENT_SENSITIVITY_UNSPECIFIED"},
      {"id: \"certificateNumber\"", "id: \"certificate Number\""},
      {"code_list: \"gbt-2261.1\"", ""},
      {"code_list: \"gbt-2261.1\"", "code_list: \"gbt-3304\""},
      {"may_be_long_term: true", "may_be_long_term: true bytes_max: 3"},
      {"bytes_max: 128", "may_be_long_term: true"},
      {"bytes_max: 128", "bytes_max: 70000"},
      {"bytes_max: 128", "code_list: \"gbt-2261.1\""},
      {"name_zh: \"证照编号\"", ""},
      {"code: \"2\"", "code: \"1\""},
      {"code: \"2\"", "code: \"\""},
      {"id: \"gbt-2261.1\"", "id: \"GBT\""},
      {"version: 2", "version: 2 colour: \"red\""},
  };
  for (const auto& [from, to] : faults) {
    EXPECT_EQ(ReasonOf(RefusedWith(from, to)), Reason::kDictionaryInvalid) << from << " -> " << to;
  }
}

}  // namespace
}  // namespace mrg
