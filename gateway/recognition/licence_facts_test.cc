#include "gateway/recognition/licence_facts.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Duration kInstant = absl::Microseconds(1);
const absl::TimeZone kShanghai = absl::FixedTimeZone(8 * 60 * 60);

// Start of a day in Shanghai.
absl::Time Day(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), kShanghai);
}

Element Text(const std::string& id, const std::vector<std::string>& texts) {
  Element element;
  element.set_id(id);
  for (const std::string& text : texts) element.add_values()->set_text(text);
  return element;
}

Element Date(const std::string& id, const std::string& date) {
  Element element;
  element.set_id(id);
  element.add_values()->set_date(date);
  return element;
}

Element LongTerm(const std::string& id) {
  Element element;
  element.set_id(id);
  element.set_long_term(true);
  return element;
}

Element Status(const std::string& code) {
  Element element;
  element.set_id("status");
  element.add_values()->mutable_code()->set_value(code);
  return element;
}

// A catalogue of one type, 机动车驾驶证.
Catalogue SmallCatalogue() {
  gateway::v1::CatalogueEntry entry;
  entry.set_type_code(kDrivingLicenceType);
  entry.set_name("机动车驾驶证");
  entry.add_aliases("驾驶证");
  entry.set_dictionary_version(1);
  entry.add_standards("delta-reply");
  entry.set_default_standard("delta-reply");
  entry.set_holder_kind(gateway::v1::HOLDER_KIND_NATURAL_PERSON);
  auto catalogue = Catalogue::FromEntries({CanonicalBytes(entry)}, ShippedDictionary());
  EXPECT_TRUE(catalogue.ok()) << catalogue.status();
  return *std::move(catalogue);
}

TEST(LicenceFacts, EveryFactComesFromItsElement) {
  const LicenceFacts facts = LicenceFacts::From(
      {Text("certificateTypeCode", {kDrivingLicenceType}),
       Text("certificateTypeName", {"机动车驾驶证"}), Text("certificateNumber", {"S-1"}),
       Text("certificateIssuingAuthorityCode", {"11500000YY000001XT"}),
       Text("certificateAreaCode", {"500103"}), Status("VALID"),
       Text("certificateHolderName", {"甲", "乙"}), Text("certificateHolderCode", {"1", "2"}),
       Date("certificateIssuedDate", "2026-01-05"), Date("certificateEffectiveDate", "2026-01-06"),
       Date("certificateExpiringDate", "2032-01-05")});

  EXPECT_EQ(facts.type_code, kDrivingLicenceType);
  EXPECT_EQ(facts.name, "机动车驾驶证");
  EXPECT_EQ(facts.number, "S-1");
  EXPECT_EQ(facts.issuer_code, "11500000YY000001XT");
  EXPECT_EQ(facts.area, "500103");
  EXPECT_EQ(facts.status, "VALID");
  EXPECT_THAT(facts.holder_names, ElementsAre("甲", "乙"));
  EXPECT_THAT(facts.holder_codes, ElementsAre("1", "2"));
  EXPECT_EQ(facts.issued_at, Day(2026, 1, 5));
  EXPECT_EQ(facts.valid_from, Day(2026, 1, 6));
  EXPECT_EQ(facts.valid_until, Day(2032, 1, 6));
  EXPECT_FALSE(facts.is_copy);
}

TEST(LicenceFacts, WhatIsNotThereIsEmpty) {
  const LicenceFacts facts = LicenceFacts::From({});

  EXPECT_EQ(facts.type_code, "");
  EXPECT_EQ(facts.number, "");
  EXPECT_EQ(facts.status, "");
  EXPECT_THAT(facts.holder_names, IsEmpty());
  EXPECT_EQ(facts.issued_at, std::nullopt);
  EXPECT_EQ(facts.valid_from, std::nullopt);
  EXPECT_EQ(facts.valid_until, std::nullopt);
  EXPECT_EQ(facts.copy_expires, std::nullopt);
}

TEST(LicenceFacts, LicencesOwnNameStandsInForTheNameOfItsType) {
  EXPECT_EQ(LicenceFacts::From({Text("certificateName", {"驾驶证"})}).name, "驾驶证");
  EXPECT_EQ(LicenceFacts::From({Text("certificateName", {"驾驶证"}),
                                Text("certificateTypeName", {"机动车驾驶证"})})
                .name,
            "机动车驾驶证");
}

TEST(LicenceFacts, TypeIsReadByCodeElseByExactName) {
  const Catalogue catalogue = SmallCatalogue();
  LicenceFacts facts;
  facts.type_code = kDrivingLicenceType;
  facts.name = "营业执照";
  EXPECT_EQ(facts.TypeCode(catalogue), kDrivingLicenceType);

  facts.type_code = kBusinessLicenceType;
  facts.name = "机动车驾驶证";
  EXPECT_EQ(facts.TypeCode(catalogue), std::nullopt);

  facts.type_code = "";
  EXPECT_EQ(facts.TypeCode(catalogue), kDrivingLicenceType);
  facts.name = "驾驶证";
  EXPECT_EQ(facts.TypeCode(catalogue), kDrivingLicenceType);
  facts.name = "驾驶";
  EXPECT_EQ(facts.TypeCode(catalogue), std::nullopt);
}

TEST(LicenceFacts, JurisdictionIsOfAreaAndIssuerWhichMustAgree) {
  const auto jurisdiction = [](const std::string& area, const std::string& issuer) {
    LicenceFacts facts;
    facts.area = area;
    facts.issuer_code = issuer;
    return facts.Jurisdiction();
  };
  EXPECT_EQ(jurisdiction("500103", "11500000YY000001XT"), "50");
  EXPECT_EQ(jurisdiction("", "11320000YY000001XM"), "32");
  EXPECT_EQ(jurisdiction("320100", ""), "32");
  EXPECT_EQ(jurisdiction("510104", "11500000YY000001XT"), std::nullopt);
  EXPECT_EQ(jurisdiction("", ""), std::nullopt);
  EXPECT_EQ(jurisdiction("5", "115"), std::nullopt);
}

TEST(LicenceFacts, EmptyAreaStandsForTheWholeJurisdiction) {
  LicenceFacts facts;
  EXPECT_EQ(facts.AreaOr("32"), "32");
  facts.area = "320100";
  EXPECT_EQ(facts.AreaOr("32"), "320100");
}

TEST(LicenceFacts, ValidFromTheFirstInstantOfTheFirstDayThroughTheLastDay) {
  const LicenceFacts facts = LicenceFacts::From({Date("certificateEffectiveDate", "2026-01-05"),
                                                 Date("certificateExpiringDate", "2032-01-05")});

  EXPECT_EQ(facts.ValidityRefusal(Day(2026, 1, 5) - kInstant), Reason::kLicenceNotYetValid);
  EXPECT_EQ(facts.ValidityRefusal(Day(2026, 1, 5)), std::nullopt);
  EXPECT_EQ(facts.ValidityRefusal(Day(2032, 1, 5)), std::nullopt);
  EXPECT_EQ(facts.ValidityRefusal(Day(2032, 1, 6) - kInstant), std::nullopt);
  EXPECT_EQ(facts.ValidityRefusal(Day(2032, 1, 6)), Reason::kLicenceExpired);
}

TEST(LicenceFacts, LastDayOfMonthYearAndLeapYearAreIncluded) {
  const auto until = [](const std::string& date) {
    return LicenceFacts::From({Date("certificateExpiringDate", date)}).valid_until;
  };
  EXPECT_EQ(until("2026-12-31"), Day(2027, 1, 1));
  EXPECT_EQ(until("2028-02-29"), Day(2028, 3, 1));
  EXPECT_EQ(until("2026-02-28"), Day(2026, 3, 1));
}

TEST(LicenceFacts, LongTermIsNoEnd) {
  const LicenceFacts facts = LicenceFacts::From(
      {Date("certificateEffectiveDate", "2026-01-05"), LongTerm("certificateExpiringDate")});

  EXPECT_EQ(facts.ValidityRefusal(Day(9999, 12, 31)), std::nullopt);
  EXPECT_EQ(facts.ValidityRefusal(Day(2026, 1, 5) - kInstant), Reason::kLicenceNotYetValid);
}

TEST(LicenceFacts, OnlyTheStatusValidIsValid) {
  for (const char* code : {"SUSPENDED", "REVOKED", "WITHDRAWN", "CANCELLED", "EXPIRED",
                           "TRANSFERRED_OUT", "SUPERSEDED", "RESTRICTED", "UNKNOWN", "valid"}) {
    EXPECT_EQ(LicenceFacts::From({Status(code)}).ValidityRefusal(Day(2026, 1, 5)),
              Reason::kLicenceStatusNotValid)
        << code;
  }
  EXPECT_EQ(LicenceFacts::From({Status("VALID")}).ValidityRefusal(Day(2026, 1, 5)), std::nullopt);
}

TEST(LicenceFacts, StatusOutweighsTheDates) {
  const LicenceFacts facts =
      LicenceFacts::From({Status("REVOKED"), Date("certificateExpiringDate", "2020-01-05")});

  EXPECT_EQ(facts.ValidityRefusal(Day(2026, 1, 5)), Reason::kLicenceStatusNotValid);
}

TEST(LicenceFacts, HolderIsComparedByNameAndCodeInOnePlace) {
  LicenceFacts facts;
  facts.holder_names = {"甲", "乙"};
  facts.holder_codes = {"1", "2"};

  EXPECT_TRUE(facts.HolderIs("甲", "1"));
  EXPECT_TRUE(facts.HolderIs("乙", "2"));
  EXPECT_TRUE(facts.HolderIs("乙", ""));
  EXPECT_TRUE(facts.HolderIs("", "1"));
  EXPECT_FALSE(facts.HolderIs("甲", "2"));
  EXPECT_FALSE(facts.HolderIs("丙", ""));
  EXPECT_FALSE(facts.HolderIs("甲 ", "1"));
  EXPECT_FALSE(facts.HolderIs("", "12"));
}

TEST(LicenceFacts, HolderWithoutCodeIsNobodyWithACode) {
  LicenceFacts facts;
  facts.holder_names = {"甲", "乙"};
  facts.holder_codes = {"1"};

  EXPECT_TRUE(facts.HolderIs("乙", ""));
  EXPECT_FALSE(facts.HolderIs("乙", "1"));
  EXPECT_FALSE(LicenceFacts().HolderIs("甲", ""));
}

TEST(LicenceFacts, CopyServesItsPurposeThroughItsLastDay) {
  const LicenceFacts facts =
      LicenceFacts::From({Text("certificateCopyCause", {"政务服务"}),
                          Date("certificateCopyExpiringTime", "2026-03-01")});
  const auto may_serve = [&](const char* scenario, const char* zh, absl::Time now) {
    return facts.CopyMayServe(scenario, zh, now);
  };

  ASSERT_TRUE(facts.is_copy);
  EXPECT_TRUE(may_serve("government-service", "政务服务", Day(2026, 3, 1)));
  EXPECT_TRUE(may_serve("政务服务", "", Day(2026, 3, 1)));
  EXPECT_TRUE(may_serve("government-service", "政务服务", Day(2026, 3, 2) - kInstant));
  EXPECT_FALSE(may_serve("government-service", "政务服务", Day(2026, 3, 2)));
  EXPECT_FALSE(may_serve("traffic-check", "路面执法核验", Day(2026, 3, 1)));
}

TEST(LicenceFacts, CopyWithoutEndServesForEver) {
  const LicenceFacts facts = LicenceFacts::From({Text("certificateCopyCause", {"政务服务"})});

  EXPECT_TRUE(facts.CopyMayServe("government-service", "政务服务", Day(9999, 1, 1)));
}

TEST(LicenceFacts, AnyElementOfACopyMakesACopyAndWithoutCauseItServesNothing) {
  for (const Element& element : {Date("certificateCopyCreationTime", "2026-02-01"),
                                 Text("certificateCopyCreator", {"样例平台"}),
                                 Date("certificateCopyExpiringTime", "2026-12-31")}) {
    const LicenceFacts facts = LicenceFacts::From({element});
    EXPECT_TRUE(facts.is_copy) << element.id();
    EXPECT_FALSE(facts.CopyMayServe("government-service", "", Day(2026, 3, 1))) << element.id();
    EXPECT_FALSE(facts.CopyMayServe("", "", Day(2026, 3, 1))) << element.id();
  }
}

}  // namespace
}  // namespace mrg
