#include "gateway/catalogue/conformance.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueEntry;
using gateway::v1::Element;

constexpr char kDictionary[] = R"pb(
  version: 1
  elements {
    id: "certificateNumber"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_SENSITIVE
    bytes_max: 18
    name_zh: "证照编号"
  }
  elements {
    id: "certificateHolderCode"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_SENSITIVE
    repeatable: true
    check: ELEMENT_CHECK_HOLDER_CODE
    name_zh: "持证主体代码"
  }
  elements {
    id: "certificateHolderTypeCode"
    type: ELEMENT_TYPE_CODE
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    repeatable: true
    code_list: "holder-type"
    name_zh: "持证主体代码类型代码"
  }
  elements {
    id: "certificateIssuingAuthorityCode"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_PUBLIC
    check: ELEMENT_CHECK_GB32100
    name_zh: "证照颁发机构代码"
  }
  elements {
    id: "certificateIdentifier"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    check: ELEMENT_CHECK_GBT36904
    name_zh: "证照标识"
  }
  elements {
    id: "certificateTypeCode"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_PUBLIC
    check: ELEMENT_CHECK_TYPE_CODE
    name_zh: "证照类型代码"
  }
  elements {
    id: "certificateAreaCode"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_PUBLIC
    check: ELEMENT_CHECK_GBT2260
    name_zh: "证照所属管辖属地编码"
  }
  elements {
    id: "certificateExpiringDate"
    type: ELEMENT_TYPE_DATE
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    may_be_long_term: true
    name_zh: "证照有效期截止日期"
  }
  elements {
    id: "certificateIssuedDate"
    type: ELEMENT_TYPE_DATE
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    name_zh: "证照颁发日期"
  }
  elements {
    id: "face.driver.fileNumber"
    type: ELEMENT_TYPE_TEXT
    sensitivity: ELEMENT_SENSITIVITY_PERSONAL
    check: ELEMENT_CHECK_TWELVE_DIGITS
    name_zh: "档案编号"
  }
  elements {
    id: "face.driver.accumulatedPoints"
    type: ELEMENT_TYPE_INTEGER
    sensitivity: ELEMENT_SENSITIVITY_SENSITIVE
    name_zh: "累积记分"
  }
  elements {
    id: "face.business.registeredCapital"
    type: ELEMENT_TYPE_DECIMAL
    sensitivity: ELEMENT_SENSITIVITY_PUBLIC
    name_zh: "注册资本"
  }
  code_lists {
    id: "holder-type"
    codes { code: "111" }
    codes { code: "001" }
    codes { code: "414" }
  }
)pb";

std::optional<Reason> FirstRefusal(const std::vector<Element>& elements,
                                   const CatalogueEntry& entry, const Dictionary& dictionary,
                                   absl::Time now = absl::InfiniteFuture()) {
  const std::vector<ElementFault> faults = ConformanceFaults(elements, entry, dictionary, now);
  return faults.empty() ? std::nullopt : std::optional<Reason>(faults.front().reason);
}

class Conformance : public ::testing::Test {
 protected:
  Conformance() : dictionary_(*Dictionary::Parse(kDictionary)) {
    auto* wanted = entry_.add_elements();
    wanted->set_element_id("certificateNumber");
    wanted->set_obligation(gateway::v1::ELEMENT_OBLIGATION_MANDATORY);
  }

  static Element Text(const std::string& id, const std::vector<std::string>& texts) {
    Element element;
    element.set_id(id);
    for (const std::string& text : texts) element.add_values()->set_text(text);
    return element;
  }
  static Element HolderTypes(const std::vector<std::string>& codes) {
    Element element;
    element.set_id("certificateHolderTypeCode");
    for (const std::string& code : codes) {
      auto* value = element.add_values()->mutable_code();
      value->set_list("holder-type");
      value->set_value(code);
    }
    return element;
  }
  // A mandatory element is always there.
  std::optional<Reason> With(std::vector<Element> elements) const {
    elements.insert(elements.begin(), Text("certificateNumber", {"S-1"}));
    return FirstRefusal(elements, entry_, dictionary_);
  }

  const Dictionary dictionary_;
  CatalogueEntry entry_;
};

TEST_F(Conformance, MandatoryElementMustBeThereAndNotEmpty) {
  EXPECT_EQ(FirstRefusal({}, entry_, dictionary_), Reason::kElementMissing);
  EXPECT_EQ(FirstRefusal({Text("certificateNumber", {})}, entry_, dictionary_),
            Reason::kElementMissing);
  EXPECT_EQ(With({}), std::nullopt);
  entry_.mutable_elements(0)->set_obligation(gateway::v1::ELEMENT_OBLIGATION_OPTIONAL);
  EXPECT_EQ(FirstRefusal({}, entry_, dictionary_), std::nullopt);
}

TEST_F(Conformance, UnknownElementWrongTypeCountAndLengthAreMalformed) {
  EXPECT_EQ(With({Text("colour", {"red"})}), Reason::kElementMalformed);
  EXPECT_EQ(With({Text("certificateIssuedDate", {"2026-01-05"})}), Reason::kElementMalformed);
  EXPECT_EQ(With({Text("certificateNumber", {"S-1"})}), Reason::kElementMalformed) << "twice";
  EXPECT_EQ(FirstRefusal({Text("certificateNumber", {"S-1", "S-2"})}, entry_, dictionary_),
            Reason::kElementMalformed);
  EXPECT_EQ(FirstRefusal({Text("certificateNumber", {std::string(19, 'S')})}, entry_, dictionary_),
            Reason::kElementMalformed);
}

// What no revocation could name is malformed, whatever the catalogue demands.
TEST_F(Conformance, B01_NumberThatCannotBeNormalisedIsMalformed) {
  for (const char* number :
       {"\uFEFFS-1", "S\u20111", "S\u200B1", "S\u00AD1", "\u202ES-1", "\u3000"}) {
    EXPECT_EQ(FirstRefusal({Text("certificateNumber", {number})}, entry_, dictionary_),
              Reason::kElementMalformed)
        << number;
  }
  for (const char* number : {"Ｓ-1", " s-1\u3000", "沪【2026】1"}) {
    EXPECT_EQ(FirstRefusal({Text("certificateNumber", {number})}, entry_, dictionary_),
              std::nullopt)
        << number;
  }
}

TEST_F(Conformance, LongTermIsForDatesThatMayHaveNoEnd) {
  Element element;
  element.set_long_term(true);
  element.set_id("certificateExpiringDate");
  EXPECT_EQ(With({element}), std::nullopt);
  element.set_id("certificateIssuedDate");
  EXPECT_EQ(With({element}), Reason::kElementMalformed);
  element.set_id("certificateExpiringDate");
  element.add_values()->set_date("2026-01-05");
  EXPECT_EQ(With({element}), Reason::kElementMalformed) << "an end and no end";
}

TEST_F(Conformance, DateNumberAndAmountMustBeWhatTheySay) {
  Element date;
  date.set_id("certificateIssuedDate");
  date.add_values()->set_date("2023-02-29");
  EXPECT_EQ(With({date}), Reason::kElementMalformed);
  Element points;
  points.set_id("face.driver.accumulatedPoints");
  points.add_values()->set_integer(-1);
  EXPECT_EQ(With({points}), Reason::kElementMalformed);
  Element capital;
  capital.set_id("face.business.registeredCapital");
  capital.add_values()->mutable_decimal()->set_value("5,0");
  EXPECT_EQ(With({capital}), Reason::kElementMalformed);
  capital.mutable_values(0)->mutable_decimal()->set_value("5.0");
  EXPECT_EQ(With({capital}), std::nullopt);
}

TEST_F(Conformance, CodeOutsideItsListIsUnknown) {
  EXPECT_EQ(With({HolderTypes({"999"})}), Reason::kCodeUnknown);
  Element other = HolderTypes({"111"});
  other.mutable_values(0)->mutable_code()->set_list("another-list");
  EXPECT_EQ(With({other}), Reason::kCodeUnknown);
  EXPECT_EQ(With({Text("certificateAreaCode", {"990101"})}), Reason::kCodeUnknown);
  EXPECT_EQ(With({Text("certificateAreaCode", {"31010"})}), Reason::kElementMalformed);
}

TEST_F(Conformance, CheckDigitsAreCheckedByElement) {
  EXPECT_EQ(With({Text("certificateIssuingAuthorityCode", {"11310000YY000001XH"})}), std::nullopt);
  EXPECT_EQ(With({Text("certificateIssuingAuthorityCode", {"11310000YY000001XJ"})}),
            Reason::kCheckDigitWrong);
  EXPECT_EQ(With({Text("certificateTypeCode", {"11100000XX0000019M001"})}),
            Reason::kCheckDigitWrong);
  EXPECT_EQ(With({Text("certificateIdentifier", {"1.2.156.3005.2.11100000XX0000027F001."
                                                 "11320000YY000001XM.2026000001.001.0"})}),
            Reason::kCheckDigitWrong);
  EXPECT_EQ(With({Text("face.driver.fileNumber", {"32010000000"})}), Reason::kElementMalformed);
}

TEST_F(Conformance, HolderCodeIsCheckedByItsType) {
  const auto holder = [](const std::string& code) { return Text("certificateHolderCode", {code}); };
  EXPECT_EQ(With({HolderTypes({"111"}), holder("31010119000101002X")}), std::nullopt);
  EXPECT_EQ(With({HolderTypes({"111"}), holder("310101190001010021")}), Reason::kCheckDigitWrong);
  EXPECT_EQ(With({HolderTypes({"111"}), holder("310101000101001")}), Reason::kElementMalformed);
  EXPECT_EQ(With({HolderTypes({"001"}), holder("91310000XX0000019X")}), std::nullopt);
  EXPECT_EQ(With({HolderTypes({"001"}), holder("31010119000101002X")}), Reason::kCheckDigitWrong);
  EXPECT_EQ(With({HolderTypes({"001"}), holder("E12345678")}), Reason::kElementMalformed);
  EXPECT_EQ(With({HolderTypes({"414"}), holder("E12345678")}), std::nullopt);
}

TEST_F(Conformance, HolderBornAfterNowIsImpossible) {
  const std::vector<Element> elements = {Text("certificateNumber", {"S-1"}), HolderTypes({"111"}),
                                         Text("certificateHolderCode", {"310101209901010014"})};
  // 2099-01-01 00:00 in Shanghai.
  const absl::Time birth = absl::FromCivil(absl::CivilHour(2098, 12, 31, 16), absl::UTCTimeZone());
  EXPECT_EQ(FirstRefusal(elements, entry_, dictionary_, birth - absl::Seconds(1)),
            Reason::kElementMalformed);
  EXPECT_EQ(FirstRefusal(elements, entry_, dictionary_, birth), std::nullopt);
}

TEST_F(Conformance, EveryFaultNamesItsElement) {
  auto* wanted = entry_.add_elements();
  wanted->set_element_id("certificateIssuedDate");
  wanted->set_obligation(gateway::v1::ELEMENT_OBLIGATION_MANDATORY);

  std::vector<std::string> faults;
  for (const ElementFault& fault : ConformanceFaults(
           {HolderTypes({"111"}), Text("certificateHolderCode", {"310101190001010021"}),
            Text("colour", {"red"}), HolderTypes({"7"})},
           entry_, dictionary_)) {
    faults.push_back(absl::StrCat(fault.element_id, " ", TokenOf(fault.reason)));
  }

  EXPECT_THAT(faults, testing::ElementsAre("certificateNumber ELEMENT_MISSING",
                                           "certificateIssuedDate ELEMENT_MISSING",
                                           "certificateHolderTypeCode ELEMENT_MALFORMED",
                                           "certificateHolderCode CHECK_DIGIT_WRONG",
                                           "colour ELEMENT_MALFORMED",
                                           "certificateHolderTypeCode CODE_UNKNOWN"));
}

TEST_F(Conformance, HoldersAndTheirTypesMustBeAsMany) {
  EXPECT_EQ(With({HolderTypes({"111"}),
                  Text("certificateHolderCode", {"31010119000101002X", "510104190001010018"})}),
            Reason::kElementMalformed);
}

}  // namespace
}  // namespace mrg
