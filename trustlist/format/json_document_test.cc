#include "trustlist/format/json_document.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/format/canonical_json.h"

namespace mrg {
namespace {

void ExpectMalformed(const std::string& bytes) {
  EXPECT_EQ(ReasonOf(ParseJsonDocument(bytes).status()), Reason::kMetadataMalformed)
      << bytes.substr(0, 60);
}

TEST(Threat, R08_MetadataThatTwoReadersCouldReadDifferentlyIsRefused) {
  for (const char* bytes : {"{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
                            "{\"x\":[{\"a\":1,\"b\":2,\"a\":1}]}", "{\"\":1,\"\":1}"}) {
    SCOPED_TRACE("a member twice");
    ExpectMalformed(bytes);
  }
  for (const std::string& bytes :
       {std::string("\xEF\xBB\xBF{}"), std::string("\xFF\xFE{\0}\0", 6), std::string("\0{\0}", 4),
        std::string("[\"\xC0\xAF\"]"), std::string("[\"\xE0\x80\xAF\"]"),
        std::string("[\"\xED\xA0\x80\"]"), std::string("[\"\xF4\x90\x80\x80\"]"),
        std::string("[\"\xE6\xA0\"]"), std::string("[\"\xFF\"]"), std::string("[\"\\ud800\"]"),
        std::string("[\"\\udc00\"]"), std::string("[\"\\ud800\\u0041\"]"),
        std::string("{\"\\ud800\":1}")}) {
    SCOPED_TRACE("no UTF-8, or half a character");
    ExpectMalformed(bytes);
  }
  for (const char* bytes :
       {"[1.0]", "[1e3]", "[-0.0]", "[1e400]", "[00]", "[+1]", "[0x10]", "[.5]",
        "[18446744073709551616.0]", "[18446744073709551616e1]", "[NaN]", "[Infinity]"}) {
    SCOPED_TRACE("a number that is no whole one");
    ExpectMalformed(bytes);
  }
  for (const char* bytes : {"{} {}", "{}\n{}", "[1] // note", "[1] /* note */", "{\"a\":1,}",
                            "[1,]", "{'a':1}", "{a:1}", "[\"\t\"]", "[\"\\x41\"]", "", "<a/>",
                            "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"}) {
    SCOPED_TRACE("two documents, or another language");
    ExpectMalformed(bytes);
  }
}

TEST(Threat, R09_DepthAndLengthOfNumbersEndAtTheirLimits) {
  for (const std::string& bytes :
       {"[" + std::string(4301, '9') + "]", "[" + std::string(6000, '9') + "]",
        std::string(33, '[') + std::string(33, ']'), std::string(100'000, '[')}) {
    ExpectMalformed(bytes);
  }
}

TEST(Fault, B07_NothingFollowsTheText) {
  for (const std::string& after :
       {std::string("\0", 1), std::string("\0{\"a\":1}", 8), std::string(" \0", 2),
        std::string("\0\0\0", 3), std::string("{}"), std::string(","), std::string("]"),
        std::string("x"), std::string("\x1a"), std::string("\xEF\xBB\xBF"), std::string("\v")}) {
    EXPECT_EQ(ReasonOf(ParseJsonDocument("{\"a\":1}" + after).status()), Reason::kMetadataMalformed)
        << after;
  }
  for (const std::string& bytes : {std::string("\0{}", 3), std::string("{\0}", 3),
                                   std::string("{\"a\0\":1}", 8), std::string("[1\0]", 4)}) {
    EXPECT_EQ(ReasonOf(ParseJsonDocument(bytes).status()), Reason::kMetadataMalformed);
  }
  EXPECT_TRUE(ParseJsonDocument("\t{\"a\":1} \r\n").ok());
}

TEST(Fault, B13_AnIntegerOfAnySizeStaysAsItWasSigned) {
  const std::string nines(4300, '9');
  for (const std::string& number :
       {std::string("9007199254740993"), std::string("-9007199254740992"),
        std::string("9223372036854775808"), std::string("-9223372036854775808"),
        std::string("-9223372036854775809"), std::string("18446744073709551615"),
        std::string("18446744073709551616"), "1" + std::string(400, '0'), nines, "-" + nines}) {
    const std::string bytes = absl::StrCat("{\"build\":", number, ",\"list\":[", number, "]}");

    const auto document = ParseJsonDocument(bytes);

    ASSERT_TRUE(document.ok()) << number << document.status();
    EXPECT_EQ(CanonicalJson(*document), bytes);
    EXPECT_EQ(ReasonOf(IntegerMember(*document, "build").status()), Reason::kMetadataMalformed);
    EXPECT_EQ(ReasonOf(StringMember(*document, "build").status()), Reason::kMetadataMalformed);
  }
  EXPECT_EQ(CanonicalJson(*ParseJsonDocument("[-0]")), "[0]");
}

TEST(JsonDocument, LimitsThemselvesAreTaken) {
  EXPECT_TRUE(ParseJsonDocument("[9007199254740991, -9007199254740991, true, null, \"\"]").ok());
  EXPECT_TRUE(ParseJsonDocument(std::string(32, '[') + std::string(32, ']')).ok());
}

TEST(JsonDocument, MembersAreReadByTypeOrRefused) {
  const Json object = *ParseJsonDocument("{\"t\":\"x\",\"n\":7,\"b\":true,\"o\":{},\"l\":[]}");

  EXPECT_EQ(*StringMember(object, "t"), "x");
  EXPECT_EQ(*IntegerMember(object, "n"), 7);
  EXPECT_TRUE(*BoolMember(object, "b"));
  EXPECT_TRUE((*ObjectMember(object, "o"))->is_object());
  EXPECT_TRUE((*ArrayMember(object, "l"))->is_array());
  EXPECT_EQ(ReasonOf(StringMember(object, "n").status()), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(IntegerMember(object, "t").status()), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(StringMember(object, "absent").status()), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(StringMember(Json::array(), "t").status()), Reason::kMetadataMalformed);
}

TEST(CanonicalJson, EscapesQuoteAndBackslashOnlyAndSortsByCodePoint) {
  const Json value = *ParseJsonDocument(
      "{ \"\\uffff\": 1, \"\\ud83d\\ude00\": 2, \"b\": \"\\\" \\\\ \\n \\u00e9 /\", \"a\": [true, "
      "false, null, -5] }");

  EXPECT_EQ(CanonicalJson(value),
            "{\"a\":[true,false,null,-5],\"b\":\"\\\" \\\\ \n \xC3\xA9 /\",\"\xEF\xBF\xBF\":1,"
            "\"\xF0\x9F\x98\x80\":2}");
}

TEST(CanonicalJson, CanonicalBytesAreTheirOwnCanonicalForm) {
  const std::string canonical = "{\"a\":{\"b\":[],\"c\":{}},\"z\":\"\"}";
  EXPECT_EQ(CanonicalJson(*ParseJsonDocument(canonical)), canonical);
}

}  // namespace
}  // namespace mrg
