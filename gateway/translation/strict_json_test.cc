#include "gateway/translation/strict_json.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string Repeated(const std::string& part, size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

void ExpectMalformed(const std::string& text, const char* why) {
  EXPECT_EQ(ReasonOf(ParseStrictJson(text).status()), Reason::kDocumentMalformed) << why;
}

TEST(StrictJson, ValuesOfAllKindsKeepTheirOrderAndText) {
  const auto value = ParseStrictJson(R"( {"b": "样例", "a": [1, -2.50, true, null], "c": {}} )");

  ASSERT_TRUE(value.ok()) << value.status();
  ASSERT_EQ(value->kind, JsonValue::Kind::kObject);
  ASSERT_EQ(value->members.size(), 3u);
  EXPECT_EQ(value->members[0].name, "b");
  EXPECT_EQ(value->Find("b")->text, "样例");
  const JsonValue& items = *value->Find("a");
  ASSERT_EQ(items.items.size(), 4u);
  EXPECT_EQ(items.items[0].text, "1");
  EXPECT_EQ(items.items[1].text, "-2.50") << "as it stood in the document";
  EXPECT_TRUE(items.items[2].boolean);
  EXPECT_EQ(items.items[3].kind, JsonValue::Kind::kNull);
  EXPECT_EQ(value->Find("d"), nullptr);
  EXPECT_EQ(value->Find("c")->Find("x"), nullptr);
}

TEST(Threat, R08_TextThatTwoReadersCouldReadDifferentlyIsRefused) {
  ExpectMalformed(R"({"a":1,"a":2})", "member twice");
  ExpectMalformed(R"({"a":1,"\u0061":2})", "member twice, once escaped");
  ExpectMalformed(R"({"x":{"a":1,"b":2,"a":1}})", "nested member twice");
  ExpectMalformed("\xEF\xBB\xBF{}", "byte order mark");
  ExpectMalformed(std::string("\xFF\xFE{\0}\0", 6), "UTF-16");
  ExpectMalformed("{\"a\":\"\xC0\xAF\"}", "overlong form");
  ExpectMalformed("{\"a\":\"\xED\xA0\x80\"}", "raw surrogate");
  ExpectMalformed("{\"a\":\"\xF4\x90\x80\x80\"}", "beyond U+10FFFF");
  ExpectMalformed("{\"a\":\"\xFF\"}", "no UTF-8 at all");
  ExpectMalformed(R"({"a":"\uD800"})", "lone high surrogate");
  ExpectMalformed(R"({"a":"\uDC00"})", "lone low surrogate");
  ExpectMalformed(R"({"a":"\uD800\u0041"})", "high surrogate before a letter");
  ExpectMalformed(R"({"a":9007199254740993})", "number beyond 2^53");
  ExpectMalformed(R"({"a":-9007199254740993})", "number beyond -2^53");
  ExpectMalformed(R"({"a":18446744073709551616})", "number beyond 64 bits");
  ExpectMalformed(R"({"a":1e400})", "number beyond double");
  ExpectMalformed(R"({"a":1e17})", "number beyond 2^53 written with an exponent");
  ExpectMalformed("{}{}", "two documents in one");
  ExpectMalformed("{} x", "trailing text");
  ExpectMalformed(std::string("{}\0", 3), "trailing NUL");
  ExpectMalformed(std::string("{}\0{\"a\":1}", 10), "a second document behind a NUL");
  ExpectMalformed(R"({"a":1,})", "trailing comma");
  ExpectMalformed("{'a':1}", "single quotes");
  ExpectMalformed("{\"a\":1/* */}", "comment");
  ExpectMalformed("{\"a\":NaN}", "NaN");
  ExpectMalformed("{\"a\":01}", "leading zero");
  ExpectMalformed("{\"a\":\"\t\"}", "raw control character");
  ExpectMalformed("", "nothing");
  ExpectMalformed("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "XML");
}

TEST(StrictJson, NumberOf2To53AndSurrogatePairsAreRead) {
  EXPECT_EQ(ParseStrictJson("9007199254740992")->text, "9007199254740992");
  EXPECT_EQ(ParseStrictJson("-9007199254740992")->text, "-9007199254740992");
  EXPECT_EQ(ParseStrictJson(R"("\uD842\uDFB7")")->text, "𠮷");
  EXPECT_EQ(ParseStrictJson("\"𠮷\"")->text, "𠮷");
}

TEST(Threat, R09_DepthCountAndSizeAreRefusedAtTheirLimits) {
  const auto nested = [](int depth) { return Repeated("[", depth) + Repeated("]", depth); };
  EXPECT_TRUE(ParseStrictJson(nested(kJsonDepthMax)).ok());
  ExpectMalformed(nested(kJsonDepthMax + 1), "one level too deep");
  ExpectMalformed(nested(10000), "10,000 levels");
  ExpectMalformed(Repeated("{\"a\":", 10000), "10,000 levels, never closed");

  const auto array = [](size_t values) { return "[" + Repeated("0,", values - 2) + "0]"; };
  EXPECT_TRUE(ParseStrictJson(array(kJsonValuesMax)).ok());
  ExpectMalformed(array(kJsonValuesMax + 1), "one value too many");

  const auto text = [](size_t bytes) { return "\"" + std::string(bytes - 2, 'a') + "\""; };
  EXPECT_TRUE(ParseStrictJson(text(kDocumentBytesMax)).ok());
  ExpectMalformed(text(kDocumentBytesMax + 1), "one byte too many");
  ExpectMalformed(text(size_t{100} << 20), "100 MB of text");
  ExpectMalformed("[" + Repeated("{},", 1000000) + "{}]", "a million elements");
}

TEST(Threat, R09_ManyDifferentMembersAreComparedInTime) {
  std::string object = "{";
  for (size_t i = 0; i + 2 < kJsonValuesMax; ++i) absl::StrAppend(&object, "\"m", i, "\":0,");
  EXPECT_TRUE(ParseStrictJson(object + "\"last\":0}").ok());
  ExpectMalformed(object + "\"m7\":0}", "member twice among many");
}

TEST(StrictJson, WrittenTextIsReadAgainAsItWas) {
  std::string every;
  for (int c = 0; c < 0x80; ++c) every.push_back(static_cast<char>(c));
  every += "样例·甲（成都）𠮷\u2028";
  std::string written;
  AppendJsonText(every, &written);

  const auto read = ParseStrictJson(written);

  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->text, every);
  std::string plain;
  AppendJsonText("a\"\\/\n\x01样", &plain);
  EXPECT_EQ(plain, "\"a\\\"\\\\/\\n\\u0001样\"");
}

}  // namespace
}  // namespace mrg
