#include "gateway/translation/document_writer.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/small_pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using ::testing::ElementsAre;

class DocumentWriter : public ::testing::Test {
 protected:
  DocumentWriter()
      : pack_(*CompiledPack::Compile(kSmallPack, *Dictionary::Parse(kSmallDictionary))) {}

  static Element Text(const std::string& id, const std::vector<std::string>& texts) {
    Element element;
    element.set_id(id);
    for (const std::string& text : texts) element.add_values()->set_text(text);
    return element;
  }
  static Element Codes(const std::string& id, const std::vector<std::string>& codes) {
    Element element;
    element.set_id(id);
    for (const std::string& code : codes) element.add_values()->mutable_code()->set_value(code);
    return element;
  }
  static Element Amount(const std::string& id, const std::string& value, const std::string& unit,
                        const std::string& currency) {
    Element element;
    element.set_id(id);
    auto* amount = element.add_values()->mutable_decimal();
    amount->set_value(value);
    amount->set_unit(unit);
    amount->set_currency(currency);
    return element;
  }
  WriteResult Write(const std::vector<Element>& elements) const {
    std::set<std::string> ids;
    for (const Element& element : elements) ids.insert(element.id());
    return pack_->WriteDocument(elements, ids);
  }
  static std::string Report(const gateway::v1::ElementReport& report) {
    return absl::StrCat(
        report.element_id(), " ",
        gateway::v1::ElementOutcome_Name(report.outcome()).substr(strlen("ELEMENT_OUTCOME_")), " ",
        report.reason(), "@", report.path());
  }

  const std::shared_ptr<const CompiledPack> pack_;
};

TEST_F(DocumentWriter, MembersStandInThePacksOrderWhateverTheElementsOrder) {
  const WriteResult one = Write({Text("number", {"S-1"}), Text("area", {"310101"})});
  const WriteResult other = Write({Text("area", {"310101"}), Text("number", {"S-1"})});

  EXPECT_EQ(one.document, R"({"kind":"sample","no":"S-1","area":"310101"})");
  EXPECT_EQ(other.document, one.document);
}

TEST_F(DocumentWriter, OnlyReleasedElementsAreWrittenAndReported) {
  const std::vector<Element> elements = {Text("number", {"S-1"}), Text("area", {"310101"}),
                                         Text("elsewhere", {"x"})};

  const WriteResult result = pack_->WriteDocument(elements, {"elsewhere", "number", "remark"});

  EXPECT_EQ(result.document, R"({"kind":"sample","no":"S-1","area":""})");
  ASSERT_EQ(result.reports.size(), 3u);
  EXPECT_EQ(Report(result.reports[0]), "elsewhere LOST ELEMENT_NOT_IN_STANDARD@");
  EXPECT_EQ(Report(result.reports[1]), "number GIVEN @no");
  EXPECT_EQ(Report(result.reports[2]), "remark ABSENT ELEMENT_NOT_IN_DOCUMENT@");
}

TEST_F(DocumentWriter, NothingReleasedLeavesOnlyConstantsAndEmptyPlaces) {
  const WriteResult result = pack_->WriteDocument({Text("number", {"S-1"})}, {});
  EXPECT_EQ(result.document, R"({"kind":"sample","area":""})");
  EXPECT_TRUE(result.reports.empty());
}

TEST_F(DocumentWriter, CodeWithLessMeaningIsNarrowedAndCodeWithoutATextIsLost) {
  EXPECT_EQ(Report(Write({Codes("sex", {"1"})}).reports[0]), "sex GIVEN @sex");
  const WriteResult narrowed = Write({Codes("sex", {"9"})});
  EXPECT_EQ(Report(narrowed.reports[0]), "sex NARROWED VALUE_NARROWED@sex");
  EXPECT_EQ(narrowed.document, R"({"kind":"sample","area":"","sex":"不明"})");
  const WriteResult lost = Write({Codes("sex", {"2"})});
  EXPECT_EQ(Report(lost.reports[0]), "sex LOST CODE_UNKNOWN@");
  EXPECT_EQ(lost.document, R"({"kind":"sample","area":""})");
}

TEST_F(DocumentWriter, M10_ElementWhoseSourceSaidMoreOrLessIsReportedSo) {
  const auto report = [&](const std::string& code, gateway::v1::PairAccuracy accuracy) {
    ReadResult read;
    read.elements = {Codes("sex", {code})};
    read.accuracies = {accuracy};
    return Report(pack_->WriteTranslation(read, {"sex"}).reports[0]);
  };

  EXPECT_EQ(report("1", gateway::v1::PAIR_ACCURACY_EXACT), "sex GIVEN @sex");
  EXPECT_EQ(report("1", gateway::v1::PAIR_ACCURACY_BROADER), "sex NARROWED SOURCE_BROADER@sex");
  EXPECT_EQ(report("1", gateway::v1::PAIR_ACCURACY_NARROWER), "sex NARROWED SOURCE_NARROWER@sex");
  EXPECT_EQ(report("9", gateway::v1::PAIR_ACCURACY_NARROWER), "sex NARROWED SOURCE_NARROWER@sex")
      << "the target's text says more too, but the reading comes first";
  EXPECT_EQ(report("2", gateway::v1::PAIR_ACCURACY_BROADER), "sex LOST CODE_UNKNOWN@")
      << "of what is not given nothing can be said";
}

TEST_F(DocumentWriter, M10_WhatThePackIgnoresIsNeverWritten) {
  const std::string text = absl::StrReplaceAll(
      kSmallPack,
      {{"fields { name: \"kind\"",
        "fields { name: \"colour\" ignored {} } fields { name: \"kind\""},
       {"fields { name: \"name\" element_id",
        "fields { name: \"age\" ignored {} } fields { name: \"name\" element_id"},
       {"constants { name: \"t\"", "constants { name: \"w\" ignored {} } constants { name: \"t\""},
       {"fields { name: \"实缴\"", "fields { name: \"新\" ignored {} } fields { name: \"实缴\""}});
  const auto pack = CompiledPack::Compile(text, *Dictionary::Parse(kSmallDictionary));
  ASSERT_TRUE(pack.ok()) << pack.status();

  const WriteResult result = (*pack)->WriteDocument(
      {Text("number", {"S-1"}), Text("holder", {"甲"}), Text("remark", {"无"})},
      {"number", "holder", "remark"});

  EXPECT_EQ(result.document,
            R"({"kind":"sample","no":"S-1","area":"","holders":[{"role":"holder","name":"甲"}],)"
            R"("data":"[{\"t\":\"s\",\"n\":\"备注\",\"v\":\"无\"}]"})");
}

TEST_F(DocumentWriter, SeveralCodesAreWrittenWholeOrNotAtAll) {
  const WriteResult good = Write({Codes("classes", {"A1", "D"}), Codes("trailers", {"C1", "A2"})});
  EXPECT_EQ(good.document, R"({"kind":"sample","area":"","classes":"A1D","trailers":["C1","A2"]})");
  const WriteResult lost = Write({Codes("classes", {"A1", "Z9"}), Codes("trailers", {"Z9"})});
  EXPECT_EQ(lost.document, R"({"kind":"sample","area":""})");
  EXPECT_EQ(Report(lost.reports[0]), "classes LOST CODE_UNKNOWN@");
  EXPECT_EQ(Report(lost.reports[1]), "trailers LOST CODE_UNKNOWN@");
}

TEST_F(DocumentWriter, SeveralValuesInAPlaceForOneAreLostNotCut) {
  const WriteResult result = Write({Text("number", {"S-1", "S-2"})});
  EXPECT_EQ(result.document, R"({"kind":"sample","area":""})");
  EXPECT_EQ(Report(result.reports[0]), "number LOST ELEMENT_NOT_IN_STANDARD@");
}

TEST_F(DocumentWriter, RowsHoldTheNthValueOfEachElement) {
  const WriteResult result = Write({Text("holder", {"甲", "乙"}), Text("holderCode", {"1", "2"})});
  EXPECT_EQ(result.document,
            R"({"kind":"sample","area":"","holders":[{"role":"holder","name":"甲","code":"1"},)"
            R"({"role":"holder","name":"乙","code":"2"}]})");
  EXPECT_EQ(Write({Text("holderCode", {"1"})}).document,
            R"({"kind":"sample","area":"","holders":[{"role":"holder","code":"1"}]})");
}

TEST_F(DocumentWriter, JsonInsideATextIsEscapedOnce) {
  const WriteResult result =
      Write({Amount("capital", "5.0", "万元", "USD"), Text("remark", {"\"引号\"\\"})});
  EXPECT_EQ(
      result.document,
      R"({"kind":"sample","area":"","face":"{\"capital\":{\"value\":\"5.0\",\"unit\":\"万元\",\"currency\":\"USD\"}}",)"
      R"("data":"[{\"t\":\"s\",\"n\":\"备注\",\"v\":\"\\\"引号\\\"\\\\\"}]"})");
  const auto read = pack_->ReadDocument(result.document);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->elements[1].values(0).text(), "\"引号\"\\");
}

TEST_F(DocumentWriter, ValueWithoutAFormInTheStandardIsLost) {
  Element without_end;
  without_end.set_id("expires");
  without_end.set_long_term(true);
  EXPECT_EQ(Write({without_end}).document, R"({"kind":"sample","area":"","expires":"长期"})");
  without_end.set_id("issued");
  EXPECT_EQ(Report(Write({without_end}).reports[0]), "issued LOST ELEMENT_NOT_IN_STANDARD@");
  EXPECT_EQ(Report(Write({Amount("paid", "1", "万元", "USD")}).reports[0]),
            "paid LOST ELEMENT_NOT_IN_STANDARD@");
  EXPECT_EQ(Report(Write({Text("points", {"3"})}).reports[0]),
            "points LOST ELEMENT_NOT_IN_STANDARD@");
  Element no_day;
  no_day.set_id("issued");
  no_day.add_values()->set_date("2023-02-29");
  EXPECT_EQ(Report(Write({no_day}).reports[0]), "issued LOST ELEMENT_NOT_IN_STANDARD@");
}

TEST_F(DocumentWriter, ElementWithoutValuesIsAbsent) {
  EXPECT_EQ(Report(Write({Text("number", {})}).reports[0]),
            "number ABSENT ELEMENT_NOT_IN_DOCUMENT@");
}

}  // namespace
}  // namespace mrg
