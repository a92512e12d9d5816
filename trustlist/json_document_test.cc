#include "trustlist/json_document.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/canonical_json.h"

namespace mrg {
namespace {

TEST(JsonDocument, WhatReadersDifferOnIsRefused) {
  for (const std::string& bytes :
       {std::string("{\"a\":1,\"a\":2}"), std::string("{\"a\":1.0}"), std::string("{\"a\":1e3}"),
        std::string("[9007199254740992]"), std::string("[-9007199254740992]"),
        std::string("[18446744073709551616]"), std::string("\xEF\xBB\xBF{}"), std::string("{} {}"),
        std::string("{\"a\":\"\xC0\xAF\"}"), std::string("[\"\\ud800\"]"),
        std::string("{\"a\":1,}"), std::string("{\"a\":NaN}"), std::string("[1] // note"),
        std::string(), std::string("\0", 1), std::string(33, '[') + std::string(33, ']'),
        std::string(100'000, '[')}) {
    EXPECT_EQ(ReasonOf(ParseJsonDocument(bytes).status()), Reason::kMetadataMalformed)
        << bytes.substr(0, 40);
  }
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
