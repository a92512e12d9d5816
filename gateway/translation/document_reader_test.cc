#include "gateway/translation/document_reader.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/limits.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/small_pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const CompiledPack> SmallPack() {
  auto pack = CompiledPack::Compile(kSmallPack, *Dictionary::Parse(kSmallDictionary));
  EXPECT_TRUE(pack.ok()) << pack.status();
  return *pack;
}

ReadResult Read(const std::string& document) {
  // The results point into the pack, which therefore outlives every test.
  static const std::shared_ptr<const CompiledPack>& pack = *new auto(SmallPack());
  auto read = pack->ReadDocument(document);
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? *std::move(read) : ReadResult();
}

// With the constant that every document of the standard has.
ReadResult ReadMembers(const std::string& members) {
  return Read(absl::StrCat("{\"kind\":\"sample\",", members, "}"));
}

std::vector<std::string> IssuesOf(const ReadResult& read) {
  std::vector<std::string> issues;
  for (const ElementIssue& issue : read.issues) {
    issues.push_back(absl::StrCat(issue.element_id, "@", issue.path, " ", TokenOf(issue.reason)));
  }
  return issues;
}

std::vector<std::string> IdsOf(const ReadResult& read) {
  std::vector<std::string> ids;
  for (const auto& element : read.elements) ids.push_back(element.id());
  return ids;
}

TEST(DocumentReader, ElementsComeInThePacksOrderWithTheirPaths) {
  const ReadResult read =
      Read(R"({"years":6,"no":"S-1","kind":"sample","holders":[{"name":"甲","role":"holder"}]})");

  EXPECT_THAT(IssuesOf(read), IsEmpty());
  EXPECT_THAT(IdsOf(read), ElementsAre("number", "years", "holder"));
  EXPECT_THAT(read.paths, ElementsAre("no", "years", "holders.name"));
  EXPECT_EQ(read.elements[0].values(0).text(), "S-1");
  EXPECT_EQ(read.elements[1].values(0).integer(), 6);
}

TEST(DocumentReader, MemberOutsideTheStandardIsNamedAndNotRead) {
  const ReadResult read =
      ReadMembers(R"("no":"S-1","colour":"red","holders":[{"role":"holder","name":"甲","age":3}],)"
                  R"("data":"[{\"t\":\"s\",\"n\":\"新\",\"v\":\"1\"},)"
                  R"({\"t\":\"s\",\"n\":\"备注\",\"v\":\"无\",\"w\":1}]")");

  EXPECT_THAT(IssuesOf(read), IsEmpty());
  EXPECT_THAT(IdsOf(read), ElementsAre("number", "holder", "remark"));
  EXPECT_THAT(read.undeclared,
              ::testing::UnorderedElementsAre("colour", "holders.0.age", "data.新", "data.1.w"));
}

// Half of the values that a document may hold, each under a name that no standard has.
TEST(DocumentReader, M10_ManyUndeclaredMembersAreCountedAndTheFirstNamed) {
  std::string members = "\"no\":\"S-1\"";
  for (int i = 0; i < 1500; ++i) absl::StrAppend(&members, ",\"m", i, "\":\"value of ", i, "\"");

  const ReadResult read = ReadMembers(members);

  EXPECT_EQ(read.undeclared_count, 1500u);
  ASSERT_THAT(read.undeclared, SizeIs(kUndeclaredPathsMax));
  EXPECT_EQ(read.undeclared.front(), "m0");
  EXPECT_EQ(read.undeclared.back(), absl::StrCat("m", kUndeclaredPathsMax - 1));
  EXPECT_THAT(IdsOf(read), ElementsAre("number"));
}

TEST(DocumentReader, M10_MoreMembersThanADocumentMayHoldAreMalformedNotReported) {
  std::string document = "{\"kind\":\"sample\"";
  for (int i = 0; i < 10000; ++i) absl::StrAppend(&document, ",\"", i, "\":1");

  EXPECT_EQ(ReasonOf(SmallPack()->ReadDocument(document + "}").status()),
            Reason::kDocumentMalformed);
}

TEST(DocumentReader, M10_LongNameIsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 1000; ++i) name += "样";

  for (const std::string& long_name : {name, "a" + name, "ab" + name}) {
    const ReadResult read = ReadMembers(absl::StrCat("\"", long_name, "\":\"甲\""));

    ASSERT_THAT(read.undeclared, SizeIs(1));
    const std::string& path = read.undeclared.front();
    EXPECT_LE(path.size(), kUndeclaredPathBytesMax);
    EXPECT_GT(path.size(), kUndeclaredPathBytesMax - 4);
    EXPECT_THAT(path, EndsWith("样…"));
  }
}

TEST(DocumentReader, M10_WhatStandsInsideAnUndeclaredMemberIsNotCounted) {
  const ReadResult read = ReadMembers(R"("extra":{"a":1,"b":{"c":2}},"more":[{"d":3},{"e":4}])");

  EXPECT_THAT(read.undeclared, ElementsAre("extra", "more"));
  EXPECT_EQ(read.undeclared_count, 2u);
}

TEST(DocumentReader, M10_WhatThePackIgnoresIsNeitherReadNorReported) {
  const std::string text = absl::StrReplaceAll(
      kSmallPack,
      {{"fields { name: \"kind\"",
        "fields { name: \"colour\" ignored {} } fields { name: \"kind\""},
       {"fields { name: \"name\" element_id",
        "fields { name: \"age\" ignored {} } "
        "fields { name: \"name\" element_id"},
       {"constants { name: \"t\"", "constants { name: \"w\" ignored {} } constants { name: \"t\""},
       {"fields { name: \"备注\"", "fields { name: \"新\" ignored {} } fields { name: \"备注\""}});
  const auto pack = CompiledPack::Compile(text, *Dictionary::Parse(kSmallDictionary));
  ASSERT_TRUE(pack.ok()) << pack.status();

  const auto read = (*pack)->ReadDocument(
      R"({"kind":"sample","colour":{"no":["S-2"]},"no":"S-1",)"
      R"("holders":[{"role":"holder","name":"甲","age":3},{"role":"holder","name":"乙"}],)"
      R"("data":"[{\"t\":\"s\",\"n\":\"新\",\"v\":1},{\"t\":\"s\",\"n\":\"新\",\"v\":2},)"
      R"({\"t\":\"s\",\"n\":\"备注\",\"v\":\"无\",\"w\":[1]}]"})");

  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(IssuesOf(*read), IsEmpty());
  EXPECT_THAT(IdsOf(*read), ElementsAre("number", "holder", "remark"));
  EXPECT_EQ(read->undeclared_count, 0u);
  EXPECT_THAT(read->undeclared, IsEmpty());
}

TEST(DocumentReader, M10_TextThatIsNotWhatItsCodeSaysIsReadAsSuch) {
  const std::string text = absl::StrReplaceAll(
      kSmallPack, {{"text: \"男性\" code: \"1\" accuracy: PAIR_ACCURACY_EXACT",
                    "text: \"男性\" code: \"1\" accuracy: PAIR_ACCURACY_NARROWER"}});
  const auto pack = CompiledPack::Compile(text, *Dictionary::Parse(kSmallDictionary));
  ASSERT_TRUE(pack.ok()) << pack.status();
  const auto accuracies = [&](const std::string& sex) {
    auto read = (*pack)->ReadDocument(
        absl::StrCat("{\"kind\":\"sample\",\"no\":\"S-1\",\"sex\":\"", sex, "\"}"));
    return read.ok() ? read->accuracies : std::vector<gateway::v1::PairAccuracy>();
  };

  EXPECT_THAT(accuracies("男"),
              ElementsAre(gateway::v1::PAIR_ACCURACY_EXACT, gateway::v1::PAIR_ACCURACY_EXACT));
  EXPECT_THAT(accuracies("男性"),
              ElementsAre(gateway::v1::PAIR_ACCURACY_EXACT, gateway::v1::PAIR_ACCURACY_NARROWER));
  EXPECT_THAT(accuracies("不明"),
              ElementsAre(gateway::v1::PAIR_ACCURACY_EXACT, gateway::v1::PAIR_ACCURACY_BROADER));
}

TEST(DocumentReader, EmptyMeansAbsentOnlyWhereThePackSaysSo) {
  EXPECT_THAT(IssuesOf(ReadMembers(R"("area":"")")), IsEmpty());
  EXPECT_THAT(IssuesOf(ReadMembers(R"("no":"")")), ElementsAre("number@no ELEMENT_MALFORMED"));
  EXPECT_THAT(IssuesOf(ReadMembers(R"("no":null)")), ElementsAre("number@no ELEMENT_MALFORMED"));
  EXPECT_THAT(IdsOf(ReadMembers(R"("trailers":[])")), IsEmpty());
}

TEST(DocumentReader, ConstantThatDiffersOrIsMissingIsAnIssue) {
  EXPECT_THAT(IssuesOf(Read("{}")), ElementsAre("@kind ELEMENT_MISSING"));
  EXPECT_THAT(IssuesOf(Read(R"({"kind":"other"})")), ElementsAre("@kind ELEMENT_MALFORMED"));
  EXPECT_THAT(IssuesOf(ReadMembers(R"("holders":[{"name":"甲"}])")),
              ElementsAre("@holders.0.role ELEMENT_MISSING"));
  EXPECT_THAT(IssuesOf(ReadMembers(R"("data":"[{\"n\":\"备注\",\"v\":\"无\"}]")")),
              ElementsAre("@data.0.t ELEMENT_MISSING"));
}

TEST(Threat, M02_ValueInAnotherFormIsReportedWithItsPathAndLeftOut) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("no":5)", "number@no ELEMENT_MALFORMED"},
      {R"("issued":"2023-02-29")", "issued@issued ELEMENT_MALFORMED"},
      {R"("issued":"0000-00-00")", "issued@issued ELEMENT_MALFORMED"},
      {R"("issued":"2026年01月05日")", "issued@issued ELEMENT_MALFORMED"},
      {R"("issued":"长期")", "issued@issued ELEMENT_MALFORMED"},
      {R"("issued":1767571200000)", "issued@issued ELEMENT_MALFORMED"},
      {R"("expires":"9999-12-31")", "expires@expires ELEMENT_MALFORMED"},
      {R"("expires":" 长期")", "expires@expires ELEMENT_MALFORMED"},
      {R"("sex":"其他")", "sex@sex CODE_UNKNOWN"},
      {R"("sex":"1")", "sex@sex CODE_UNKNOWN"},
      {R"("sex":1)", "sex@sex ELEMENT_MALFORMED"},
      {R"("sex":["男"])", "sex@sex ELEMENT_MALFORMED"},
      {R"("classes":"A1 D")", "classes@classes CODE_UNKNOWN"},
      {R"("classes":"A")", "classes@classes CODE_UNKNOWN"},
      {R"("classes":"Ａ１")", "classes@classes CODE_UNKNOWN"},
      {R"("classes":["A1"])", "classes@classes ELEMENT_MALFORMED"},
      {R"("trailers":"C1")", "trailers@trailers ELEMENT_MALFORMED"},
      {R"("trailers":["C1","C7"])", "trailers@trailers CODE_UNKNOWN"},
      {R"("trailers":["C1",null])", "trailers@trailers ELEMENT_MALFORMED"},
      {R"("points":3)", "points@points ELEMENT_MALFORMED"},
      {R"("points":"３")", "points@points ELEMENT_MALFORMED"},
      {R"("points":"03")", "points@points ELEMENT_MALFORMED"},
      {R"("points":"-0")", "points@points ELEMENT_MALFORMED"},
      {R"("points":"3.0")", "points@points ELEMENT_MALFORMED"},
      {R"("points":"9007199254740993")", "points@points ELEMENT_MALFORMED"},
      {R"("points":"99999999999999999999")", "points@points ELEMENT_MALFORMED"},
      {R"("years":"6")", "years@years ELEMENT_MALFORMED"},
      {R"("years":6.0)", "years@years ELEMENT_MALFORMED"},
      {R"("years":6e0)", "years@years ELEMENT_MALFORMED"},
      {R"("years":true)", "years@years ELEMENT_MALFORMED"},
      {R"("holders":{})", "@holders ELEMENT_MALFORMED"},
      {R"("holders":["甲"])", "@holders.0 ELEMENT_MALFORMED"},
      {R"("holders":[{"role":"holder","name":"甲"},{"role":"holder","name":""}])",
       "holder@holders.1.name ELEMENT_MALFORMED"},
      {R"("face":{})", "@face ELEMENT_MALFORMED"},
      {R"("face":"[]")", "@face ELEMENT_MALFORMED"},
      {R"("face":"{\"capital\":{\"value\":\"5.0\",\"unit\":\"万元\"}}")",
       "capital@face.capital ELEMENT_MALFORMED"},
      {R"("face":"{\"capital\":{\"value\":5.0,\"unit\":\"万元\",\"currency\":\"USD\"}}")",
       "capital@face.capital ELEMENT_MALFORMED"},
      {R"("face":"{\"capital\":{\"value\":\"5,0\",\"unit\":\"万元\",\"currency\":\"USD\"}}")",
       "capital@face.capital ELEMENT_MALFORMED"},
      {R"("data":"{}")", "@data ELEMENT_MALFORMED"},
      {R"("data":"[{\"t\":\"s\",\"v\":\"无\"}]")", "@data.0.n ELEMENT_MALFORMED"},
      {R"("data":"[{\"t\":\"s\",\"n\":\"备注\"}]")", "remark@data.备注 ELEMENT_MISSING"},
      {R"("data":"[{\"t\":\"s\",\"n\":\"实缴\",\"v\":\"壹万\"}]")",
       "paid@data.实缴 ELEMENT_MALFORMED"},
  };
  for (const auto& [members, issue] : cases) {
    const ReadResult read = ReadMembers(members);
    EXPECT_THAT(IssuesOf(read), ElementsAre(issue)) << members;
    for (const std::string& id : IdsOf(read)) {
      EXPECT_FALSE(absl::StrCat(issue).rfind(id + "@", 0) == 0) << members;
    }
  }
}

TEST(Threat, M02_RareCharactersAndNamesWithADotAreKeptWhole) {
  // Beyond the BMP, GB18030 four-byte ranges, minority names, and text that only looks like codes.
  for (const char* name : {"𠮷样例", "\U00020BB7\U0002B740", "阿卜杜拉·样例", "ｶﾅ", "A\u0301",
                           "样例（成都）有限公司"}) {
    const ReadResult read = ReadMembers(absl::StrCat("\"no\":\"", name, "\""));
    ASSERT_THAT(IdsOf(read), ElementsAre("number"));
    EXPECT_EQ(read.elements[0].values(0).text(), name);
  }
}

TEST(DocumentReader, JoinedCodesAreReadGreedily) {
  const ReadResult read = ReadMembers(R"("classes":"A1A2DC1")");

  ASSERT_THAT(IdsOf(read), ElementsAre("classes"));
  std::vector<std::string> codes;
  for (const auto& value : read.elements[0].values()) codes.push_back(value.code().value());
  EXPECT_THAT(codes, ElementsAre("A1", "A2", "D", "C1"));
  EXPECT_EQ(read.elements[0].values(0).code().list(), "classes");
}

TEST(DocumentReader, RowWithoutAValueThatOthersHaveIsAnIssueSoThatNoneShifts) {
  const ReadResult read = ReadMembers(
      R"("holders":[{"role":"holder","name":"甲"},{"role":"holder","name":"乙","code":"2"}])");

  EXPECT_THAT(IssuesOf(read), ElementsAre("holderCode@holders.0.code ELEMENT_MISSING"));
  EXPECT_THAT(IdsOf(read), ElementsAre("holder"));
  EXPECT_EQ(read.elements[0].values_size(), 2);
}

TEST(DocumentReader, NameTwiceInAListIsNoValueAtAll) {
  const ReadResult read = ReadMembers(
      R"("data":"[{\"t\":\"s\",\"n\":\"备注\",\"v\":\"一\"},{\"t\":\"s\",\"n\":\"备注\",\"v\":\"二\"}]")");

  EXPECT_THAT(IssuesOf(read), ElementsAre("remark@data.备注 ELEMENT_MALFORMED"));
  EXPECT_THAT(IdsOf(read), IsEmpty());
}

TEST(Threat, R08_DocumentThatIsNotOneStrictObjectIsMalformed) {
  const auto pack = SmallPack();
  for (const std::string& document :
       {std::string("[]"), std::string("\"a\""), std::string(""), std::string("{}{}"),
        std::string("{\"kind\":\"sample\",\"kind\":\"sample\"}"), std::string("\xEF\xBB\xBF{}"),
        std::string("{\"no\":\"\xC0\xAF\"}"), std::string("{\"no\":\"\\ud800\"}"),
        std::string("{\"years\":9007199254740993}"), std::string("<a/>"),
        // GB18030 bytes of 样例, which are no UTF-8.
        std::string("{\"no\":\"\xD1\xF9\xC0\xFD\"}")}) {
    EXPECT_EQ(ReasonOf(pack->ReadDocument(document).status()), Reason::kDocumentMalformed)
        << document;
  }
}

TEST(Threat, R08_JsonInsideATextIsHeldToTheSameRules) {
  const auto pack = SmallPack();
  for (const char* inner : {R"({\"capital\":1,\"capital\":2})", R"({'capital':1})", R"({}{})",
                            R"(\ufeff{})", R"({\"a\":9007199254740993})", ""}) {
    const auto read =
        pack->ReadDocument(absl::StrCat("{\"kind\":\"sample\",\"face\":\"", inner, "\"}"));
    EXPECT_EQ(ReasonOf(read.status()), Reason::kDocumentMalformed) << inner;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("face")) << inner;
  }
}

TEST(Threat, R09_NestedTextsAndManyRowsEndAtTheirLimits) {
  const auto pack = SmallPack();
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "[";
  EXPECT_EQ(ReasonOf(pack->ReadDocument(absl::StrCat("{\"face\":\"", deep, "\"}")).status()),
            Reason::kDocumentMalformed);
  std::string rows = "{\"kind\":\"sample\",\"holders\":[{}";
  for (int i = 0; i < 3000; ++i) rows += ",{}";
  EXPECT_EQ(ReasonOf(pack->ReadDocument(rows + "]}").status()), Reason::kDocumentMalformed);
  EXPECT_EQ(ReasonOf(pack->ReadDocument(std::string(kDocumentBytesMax + 1, ' ')).status()),
            Reason::kDocumentMalformed);
}

// Every prefix and every single changed byte of a good document is read or refused, never crashes
// and never gives an element the dictionary would not allow.
TEST(Threat, R09_DamagedDocumentsAreReadOrRefused) {
  const auto pack = SmallPack();
  const std::string document = pack->message().tests(0).document();
  for (size_t i = 0; i < document.size(); ++i) {
    (void)pack->ReadDocument(document.substr(0, i));
    for (const char c : {'\0', '"', '\\', '{', ']', '9', '\xFF'}) {
      std::string damaged = document;
      damaged[i] = c;
      const auto read = pack->ReadDocument(damaged);
      if (!read.ok()) {
        ASSERT_EQ(ReasonOf(read.status()), Reason::kDocumentMalformed);
        continue;
      }
      for (const auto& element : read->elements) {
        ASSERT_TRUE(element.long_term() || element.values_size() > 0);
      }
    }
  }
}

}  // namespace
}  // namespace mrg
