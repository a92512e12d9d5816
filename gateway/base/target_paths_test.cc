#include "gateway/base/target_paths.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(TargetPaths, EveryPathIsReadAsWhatItWasMadeFor) {
  const std::pair<std::string, TargetKind> paths[] = {
      {kFederationPath, TargetKind::kFederation},
      {kLogKeysPath, TargetKind::kLogKeys},
      {kContactPath, TargetKind::kContact},
      {CalendarPath(2026), TargetKind::kCalendar},
      {DictionaryPath(12), TargetKind::kDictionary},
      {IssuersPath("31"), TargetKind::kIssuers},
      {CataloguePath("31"), TargetKind::kCatalogue},
      {LicenceStatusPath("31"), TargetKind::kLicenceStatus},
      {PackPath("31", "type", "standard", "1.0"), TargetKind::kPack},
      {AgreementPath("31", "delta", 7), TargetKind::kAgreement},
      {RepealPath("31", "delta"), TargetKind::kRepeal}};
  for (const auto& [path, kind] : paths) {
    const auto name = ParseTargetPath(path);

    ASSERT_TRUE(name.ok()) << path << ": " << name.status();
    EXPECT_EQ(name->kind, kind) << path;
    EXPECT_EQ(name->jurisdiction, path.substr(0, 3) == "31/" ? "31" : "") << path;
  }
}

TEST(TargetPaths, PartsOfAPathAreNamed) {
  const auto pack = ParseTargetPath("31/packs/type/standard/1.0");
  const auto agreement = ParseTargetPath("31/agreements/delta/7");
  const auto repeal = ParseTargetPath("31/repeals/delta");

  ASSERT_TRUE(pack.ok() && agreement.ok() && repeal.ok());
  EXPECT_EQ(pack->id, "type");
  EXPECT_EQ(pack->standard, "standard");
  EXPECT_EQ(pack->version, "1.0");
  EXPECT_EQ(agreement->id, "delta");
  EXPECT_EQ(agreement->number, 7u);
  EXPECT_EQ(repeal->id, "delta");
  EXPECT_EQ(ParseTargetPath("calendar/2026")->number, 2026u);
  EXPECT_EQ(ParseTargetPath("canonical/12")->number, 12u);
}

TEST(TargetPaths, WhatTheSpecificationDoesNotNameIsRefused) {
  for (const char* path : {"",
                           "federation/1",
                           "Federation",
                           "log-keys/1",
                           "contact/1",
                           "calendar",
                           "calendar/26",
                           "calendar/02026",
                           "calendar/2026/1",
                           "calendar/new",
                           "canonical/01",
                           "canonical/+1",
                           "canonical/",
                           "canonical/-1",
                           "31",
                           "31/",
                           "31/issuer",
                           "31/issuers/1",
                           "31/status",
                           "31/status/marks",
                           "31/status/licences/1",
                           "31/packs/type/standard",
                           "31/packs/type/standard/1/2",
                           "31/agreements/delta",
                           "31/agreements/delta/07",
                           "31/agreements/delta/one",
                           "31/repeals",
                           "31/repeals/delta/1",
                           "3/issuers",
                           "311/issuers",
                           "notices/1"}) {
    EXPECT_EQ(ReasonOf(ParseTargetPath(path).status()), Reason::kMetadataMalformed) << path;
  }
}

TEST(TargetPaths, ProvinceRestsOnItsOwnRoleAndOnThoseOfNoProvince) {
  EXPECT_TRUE(RestsOnRole("31", ProvinceRole("31")));
  EXPECT_FALSE(RestsOnRole("31", ProvinceRole("32")));
  for (const char* role : {"root", "timestamp", "snapshot", "targets", kStatusRole}) {
    EXPECT_TRUE(RestsOnRole("31", role)) << role;
    EXPECT_EQ(ProvinceOfRole(role), std::nullopt) << role;
  }
  EXPECT_EQ(ProvinceOfRole("j-31"), "31");
}

}  // namespace
}  // namespace mrg
