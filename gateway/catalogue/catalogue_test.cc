#include "gateway/catalogue/catalogue.h"

#include <functional>
#include <string>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueEntry;
using ::testing::HasSubstr;

constexpr char kType[] = "11100000XX0000019L003";
constexpr char kOtherType[] = "11100000XX0000027F001";

Dictionary OneElement() {
  auto dictionary = Dictionary::Parse(R"pb(
    version: 1
    elements {
      id: "certificateNumber"
      type: ELEMENT_TYPE_TEXT
      sensitivity: ELEMENT_SENSITIVITY_SENSITIVE
      name_zh: "证照编号"
    }
  )pb");
  EXPECT_TRUE(dictionary.ok()) << dictionary.status();
  return *dictionary;
}

CatalogueEntry Entry() {
  CatalogueEntry entry;
  entry.set_type_code(kType);
  entry.set_name("机动车驾驶证（样例）");
  entry.add_aliases("驾驶证");
  entry.add_regional_codes("100000002");
  entry.set_dictionary_version(1);
  auto* element = entry.add_elements();
  element->set_element_id("certificateNumber");
  element->set_obligation(gateway::v1::ELEMENT_OBLIGATION_MANDATORY);
  entry.add_standards("delta-reply");
  entry.add_standards("cq-sample");
  entry.set_holder_kind(gateway::v1::HOLDER_KIND_NATURAL_PERSON);
  return entry;
}

absl::Status StatusAfter(const std::function<void(CatalogueEntry*)>& change) {
  CatalogueEntry entry = Entry();
  change(&entry);
  return Catalogue::FromEntries({CanonicalBytes(entry)}, OneElement()).status();
}

TEST(Catalogue, TypeIsFoundByCodeRegionalCodeAndExactNameOnly) {
  const auto catalogue = Catalogue::FromEntries({CanonicalBytes(Entry())}, OneElement());

  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  ASSERT_NE(catalogue->FindType(kType), nullptr);
  EXPECT_EQ(catalogue->FindType(kOtherType), nullptr);
  EXPECT_EQ(catalogue->TypeByName("机动车驾驶证（样例）"), kType);
  EXPECT_EQ(catalogue->TypeByName(" 机动车驾驶证 (样例)\u3000"), kType);
  EXPECT_EQ(catalogue->TypeByName("驾驶证"), kType);
  EXPECT_EQ(catalogue->TypeByName("机动车驾驶证"), std::nullopt);
  EXPECT_EQ(catalogue->TypeByName(""), std::nullopt);
  EXPECT_EQ(catalogue->TypeByRegionalCode("100000002"), kType);
  EXPECT_EQ(catalogue->TypeByRegionalCode("100000003"), std::nullopt);
}

TEST(Catalogue, DefaultStandardIsTheNamedOneElseTheFirst) {
  EXPECT_EQ(Catalogue::FromEntries({CanonicalBytes(Entry())}, OneElement())->DefaultStandard(kType),
            "delta-reply");
  CatalogueEntry entry = Entry();
  entry.set_default_standard("cq-sample");
  const auto catalogue = Catalogue::FromEntries({CanonicalBytes(entry)}, OneElement());
  EXPECT_EQ(catalogue->DefaultStandard(kType), "cq-sample");
  EXPECT_EQ(catalogue->DefaultStandard(kOtherType), std::nullopt);
  EXPECT_TRUE(catalogue->OffersStandard(kType, "delta-reply"));
  EXPECT_FALSE(catalogue->OffersStandard(kType, "delta"));
  EXPECT_FALSE(catalogue->OffersStandard(kOtherType, "delta-reply"));
}

TEST(Fault, B04_ATextOfACatalogueIsShownAsItself) {
  const std::function<void(CatalogueEntry*)> faults[] = {
      [](CatalogueEntry* entry) { entry->set_name("证\n"); },
      [](CatalogueEntry* entry) { entry->set_aliases(0, "证\u202e"); },
      [](CatalogueEntry* entry) { entry->set_regional_codes(0, "1\u200b"); },
  };
  for (const auto& fault : faults) {
    EXPECT_EQ(ReasonOf(StatusAfter(fault)), Reason::kCatalogueInvalid);
  }
}

TEST(Catalogue, FaultIsRefusedAndNamesTheType) {
  const absl::Status unknown = StatusAfter(
      [](CatalogueEntry* entry) { entry->mutable_elements(0)->set_element_id("colour"); });
  EXPECT_EQ(ReasonOf(unknown), Reason::kCatalogueInvalid);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr(kType));
  const std::function<void(CatalogueEntry*)> faults[] = {
      [](CatalogueEntry* entry) { entry->set_type_code("11100000XX0000019L00"); },
      [](CatalogueEntry* entry) { entry->set_type_code("11100000XX0000018L003"); },
      [](CatalogueEntry* entry) { entry->set_name(" "); },
      [](CatalogueEntry* entry) { entry->clear_standards(); },
      [](CatalogueEntry* entry) { entry->set_standards(0, "Delta"); },
      [](CatalogueEntry* entry) { entry->set_default_standard("sc-sample"); },
      [](CatalogueEntry* entry) { entry->set_dictionary_version(2); },
      [](CatalogueEntry* entry) { entry->set_dictionary_version(0); },
      [](CatalogueEntry* entry) { entry->clear_holder_kind(); },
      [](CatalogueEntry* entry) { entry->add_regional_codes(""); },
      [](CatalogueEntry* entry) { entry->add_regional_codes("100000002"); },
      [](CatalogueEntry* entry) { entry->mutable_elements(0)->clear_obligation(); },
      [](CatalogueEntry* entry) { *entry->add_elements() = entry->elements(0); },
  };
  for (const auto& fault : faults) {
    EXPECT_EQ(ReasonOf(StatusAfter(fault)), Reason::kCatalogueInvalid);
  }
}

TEST(Catalogue, TwoTypesOfOneNameAreRefused) {
  CatalogueEntry other = Entry();
  other.set_type_code(kOtherType);
  other.set_name("驾驶证");
  other.clear_aliases();
  other.clear_regional_codes();
  EXPECT_EQ(ReasonOf(Catalogue::FromEntries({CanonicalBytes(Entry()), CanonicalBytes(other)},
                                            OneElement())
                         .status()),
            Reason::kCatalogueInvalid);
}

TEST(Catalogue, BytesThatAreNotCanonicalAreRefused) {
  EXPECT_EQ(ReasonOf(Catalogue::FromEntries({CanonicalBytes(Entry()) + std::string("\x98\x06\x01")},
                                            OneElement())
                         .status()),
            Reason::kCatalogueInvalid);
}

}  // namespace
}  // namespace mrg
