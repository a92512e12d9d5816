// The shipped catalogues, agreements, packs and samples fit together: what one names is there in
// the other, byte for byte.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/catalogue/catalogue.h"
#include "gateway/catalogue/conformance.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

constexpr const char* kTypes[] = {kIdentityCardType, kDrivingLicenceType, kBusinessLicenceType};
const std::map<std::string, std::string> kRegionOf = {
    {"31", "yangtze-delta"}, {"32", "yangtze-delta"},     {"33", "yangtze-delta"},
    {"34", "yangtze-delta"}, {"50", "sichuan-chongqing"}, {"51", "sichuan-chongqing"}};
const std::map<std::string, std::string> kAgreements = {{"changsanjiao-2020", "yangtze-delta"},
                                                        {"chuanyu-2022", "sichuan-chongqing"},
                                                        {"cross-region-sample", "yangtze-delta"}};

std::string StandardOf(const std::string& jurisdiction) {
  return kRegionOf.at(jurisdiction) == "yangtze-delta" ? "delta-reply" : "cq-sample";
}

std::string AgreementText(const std::string& id) {
  return WithCounterpartRoots(ShippedFile(
      absl::StrCat("deploy/regions/", kAgreements.at(id), "/agreements/", id, ".textproto")));
}

std::shared_ptr<const Agreement> ShippedAgreement(const std::string& id) {
  auto agreement = Agreement::Parse(AgreementText(id));
  EXPECT_TRUE(agreement.ok()) << id << ": " << agreement.status();
  return *agreement;
}

Catalogue ShippedCatalogue(const std::string& jurisdiction) {
  gateway::v1::CatalogueList list;
  EXPECT_TRUE(
      ParseTextMessage(ShippedFile(absl::StrCat("deploy/regions/", kRegionOf.at(jurisdiction),
                                                "/catalogue-", jurisdiction, ".textproto")),
                       Reason::kCatalogueInvalid, &list)
          .ok());
  std::vector<std::string> entries;
  for (const auto& entry : list.entries()) {
    EXPECT_TRUE(entry.sample());
    entries.push_back(CanonicalBytes(entry));
  }
  auto catalogue = Catalogue::FromEntries(entries, ShippedDictionary());
  EXPECT_TRUE(catalogue.ok()) << jurisdiction << ": " << catalogue.status();
  return *catalogue;
}

// Every party lists every agreement that it is party to.
AgreementIndex EveryoneListsAll() {
  std::vector<AgreementListing> listings;
  for (const auto& [id, region] : kAgreements) {
    const auto agreement = ShippedAgreement(id);
    for (const std::string& party : agreement->message().parties()) {
      listings.push_back({party, absl::StrCat(party, "/agreements/", id, "/1"),
                          Sha256(AgreementText(id)), agreement});
    }
  }
  return AgreementIndex::Build(std::move(listings), {});
}

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

TEST(ShippedRegions, AgreementsNameThePacksByTheDigestsOfTheCommittedFiles) {
  for (const auto& [id, region] : kAgreements) {
    const auto agreement = ShippedAgreement(id);
    EXPECT_EQ(agreement->id(), id);
    EXPECT_FALSE(agreement->message().packs().empty());
    for (const auto& pack : agreement->message().packs()) {
      const std::string path =
          absl::StrCat("deploy/packs/", pack.standard(), "/", pack.type_code(), ".textproto");
      EXPECT_EQ(pack.sha256(), absl::BytesToHexString(Sha256(ShippedFile(path)))) << path;
      const auto compiled = ShippedPack(pack.standard(), pack.type_code());
      EXPECT_EQ(compiled->standard(), pack.standard());
      EXPECT_EQ(compiled->type_code(), pack.type_code());
      EXPECT_EQ(compiled->version(), pack.version());
      EXPECT_EQ(compiled->owner_jurisdiction(), pack.owner_jurisdiction());
    }
  }
}

TEST(ShippedRegions, AgreementsReleaseOnlyElementsOfTheDictionary) {
  const Dictionary dictionary = ShippedDictionary();
  for (const auto& [id, region] : kAgreements) {
    const auto agreement = ShippedAgreement(id);
    EXPECT_EQ(agreement->message().dictionary_version(), dictionary.version());
    for (const auto& rule : agreement->message().rules()) {
      for (const std::string& element : rule.allowed_elements()) {
        EXPECT_NE(dictionary.Find(element), nullptr) << id << " " << element;
      }
    }
  }
}

TEST(ShippedRegions, EveryPairHasARuleAndBothPacksForGovernmentService) {
  const AgreementIndex index = EveryoneListsAll();
  for (const auto& [issuing, region] : kRegionOf) {
    for (const auto& [using_side, other_region] : kRegionOf) {
      for (const char* type : kTypes) {
        const auto found = index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side), type,
                                      "government-service", At("2026-01-10T00:00:00+08:00"));
        ASSERT_TRUE(std::holds_alternative<AgreementMatch>(found)) << issuing << using_side << type;
        const auto& match = std::get<AgreementMatch>(found);
        EXPECT_EQ(match.agreement->id(), region != other_region      ? "cross-region-sample"
                                         : region == "yangtze-delta" ? "changsanjiao-2020"
                                                                     : "chuanyu-2022");
        EXPECT_TRUE(match.PackSha256(type, StandardOf(issuing)).has_value());
        EXPECT_TRUE(match.PackSha256(type, StandardOf(using_side)).has_value());
      }
    }
  }
}

TEST(ShippedRegions, RoadsideCheckCoversPersonsLicencesOnlyAndReleasesNoAddress) {
  const AgreementIndex index = EveryoneListsAll();
  const absl::Time now = At("2026-01-10T00:00:00+08:00");
  for (const auto& [issuing, using_side] :
       std::map<std::string, std::string>{{"50", "31"}, {"32", "31"}, {"51", "50"}}) {
    const auto found = index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side),
                                  kDrivingLicenceType, "traffic-check", now);
    ASSERT_TRUE(std::holds_alternative<AgreementMatch>(found));
    const auto& allowed = std::get<AgreementMatch>(found).rule->allowed_elements();
    EXPECT_THAT(allowed, Contains("face.driver.vehicleClasses"));
    EXPECT_THAT(allowed, ::testing::Not(Contains("face.driver.address")));
    const auto business = index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side),
                                     kBusinessLicenceType, "traffic-check", now);
    ASSERT_TRUE(std::holds_alternative<Reason>(business));
    EXPECT_EQ(std::get<Reason>(business), Reason::kScenarioNotCovered);
  }
}

TEST(Threat, R10_ShippedAgreementsBeginAtTheirDayInShanghai) {
  const AgreementIndex index = EveryoneListsAll();
  const auto in_force = [&](const char* issuing, const char* using_side, absl::Time t) {
    return std::holds_alternative<AgreementMatch>(
        index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side), kIdentityCardType,
                   "government-service", t));
  };
  const absl::Duration instant = absl::Microseconds(1);
  EXPECT_FALSE(in_force("32", "31", At("2020-09-12T00:00:00+08:00") - instant));
  EXPECT_TRUE(in_force("32", "31", At("2020-09-12T00:00:00+08:00")));
  EXPECT_FALSE(in_force("50", "51", At("2022-02-01T00:00:00+08:00") - instant));
  EXPECT_TRUE(in_force("50", "51", At("2022-02-01T00:00:00+08:00")));
  EXPECT_FALSE(in_force("50", "31", At("2025-01-01T00:00:00+08:00") - instant));
  EXPECT_TRUE(in_force("50", "31", At("2025-01-01T00:00:00+08:00")));
}

TEST(ShippedRegions, DisputesGoToTheIssuerAndTranslationToTheOwnerOfTheStandard) {
  const AgreementIndex index = EveryoneListsAll();
  const absl::Time now = At("2026-01-10T00:00:00+08:00");
  const auto face = index.Route(AsJurisdiction("50"), AsJurisdiction("31"), kDrivingLicenceType,
                                "FACE_INFORMATION_ERROR", now);
  ASSERT_TRUE(face.has_value());
  EXPECT_EQ(face->jurisdiction, AsJurisdiction("50"));
  EXPECT_EQ(face->queue, "issuer-50");
  const auto translation = index.Route(AsJurisdiction("32"), AsJurisdiction("33"),
                                       kDrivingLicenceType, "TRANSLATION_ERROR", now);
  ASSERT_TRUE(translation.has_value());
  EXPECT_EQ(translation->jurisdiction, AsJurisdiction("31"));
  EXPECT_EQ(index.Route(AsJurisdiction("50"), AsJurisdiction("31"), kDrivingLicenceType,
                        "TRANSLATION_ERROR", now),
            std::nullopt);
}

TEST(ShippedRegions, CataloguesOfferTheTypesInTheStandardOfTheirRegion) {
  for (const auto& [jurisdiction, region] : kRegionOf) {
    const Catalogue catalogue = ShippedCatalogue(jurisdiction);
    for (const char* type : kTypes) {
      ASSERT_NE(catalogue.FindType(type), nullptr) << jurisdiction << " " << type;
      EXPECT_EQ(catalogue.DefaultStandard(type), StandardOf(jurisdiction));
      const auto& entry = *catalogue.FindType(type);
      ASSERT_THAT(entry.regional_codes(), SizeIs(1));
      EXPECT_EQ(catalogue.TypeByRegionalCode(entry.regional_codes(0)), type);
      EXPECT_EQ(catalogue.TypeByName(entry.name()), type);
    }
  }
}

TEST(ShippedRegions, SamplesConformToTheCatalogueOfTheirJurisdiction) {
  const std::pair<const char*, const char*> samples[] = {
      {"31-identity-card", kIdentityCardType},       {"32-driving-licence", kDrivingLicenceType},
      {"32-business-licence", kBusinessLicenceType}, {"50-identity-card", kIdentityCardType},
      {"50-driving-licence", kDrivingLicenceType},   {"51-business-licence", kBusinessLicenceType}};
  for (const auto& [name, type] : samples) {
    const std::string jurisdiction = std::string(name).substr(0, 2);
    const auto pack = ShippedPack(StandardOf(jurisdiction), type);
    const auto read = pack->ReadDocument(ShippedFile(
        absl::StrCat("deploy/regions/", kRegionOf.at(jurisdiction), "/samples/", name, ".json")));
    ASSERT_TRUE(read.ok()) << name << ": " << read.status();

    const auto faults = ConformanceFaults(
        read->elements, *ShippedCatalogue(jurisdiction).FindType(type), ShippedDictionary());

    EXPECT_TRUE(faults.empty()) << name << ": " << faults.front().element_id;
  }
}

}  // namespace
}  // namespace mrg
