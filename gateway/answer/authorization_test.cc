#include "gateway/answer/authorization.h"

#include <optional>
#include <string>
#include <vector>

#include "gateway/base/admin_identity.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kRecognize[] = "mrg.gateway.v1.RecognitionService/Recognize";
constexpr char kGetRecord[] = "mrg.audit.v1.AuditService/GetRecord";

SpiffeId Identity(absl::string_view path) {
  return *SpiffeId::Parse("spiffe://delta.example" + std::string(path));
}
JurisdictionId Province(absl::string_view code) { return *JurisdictionId::Parse(code); }
ScenarioId Scenario(absl::string_view id) { return *ScenarioId::Parse(id); }

Authorization Table() {
  return *Authorization::Create(
      {{"spiffe://delta.example/jurisdiction/*/platform/*", {kRecognize}, {}, {}},
       {"spiffe://delta.example/jurisdiction/31/platform/shared",
        {kRecognize},
        {Province("32"), Province("50")},
        {Scenario("traffic-check")}},
       {"spiffe://delta.example/auditor/*", {"mrg.audit.v1.AuditService/*"}, {}, {}}},
      {Province("31"), Province("32")});
}

TEST(Authorization, AnUnlistedIdentityOrMethodIsRefused) {
  const Authorization table = Table();
  EXPECT_EQ(ReasonOf(table.Authorize({Identity("/operator/li"), kRecognize})),
            Reason::kIdentityNotListed);
  EXPECT_EQ(ReasonOf(table.Authorize({Identity("/jurisdiction/31/platform/a"), kGetRecord})),
            Reason::kIdentityNotListed);
  EXPECT_EQ(
      ReasonOf(table.Authorize(
          {*SpiffeId::Parse("spiffe://other.example/jurisdiction/31/platform/a"), kRecognize})),
      Reason::kIdentityNotListed);
}

TEST(Authorization, WhomNoRuleNamesIsAStranger) {
  const Authorization table = Table();
  EXPECT_TRUE(table.Lists(Identity("/auditor/wang")));
  EXPECT_TRUE(table.Lists(AdminIdentity()));
  EXPECT_FALSE(table.Lists(Identity("/operator/li")));
  EXPECT_FALSE(table.Lists(*SpiffeId::Parse("spiffe://other.example/auditor/wang")));
}

TEST(Authorization, ATableThatReplacesAnotherCountsAlone) {
  Authorization table = Table();

  table.Replace(*Authorization::Create(
      {{"spiffe://delta.example/operator/*", {kRecognize}, {Province("50")}, {}}},
      {Province("50")}));

  EXPECT_TRUE(table.Authorize({Identity("/operator/li"), kRecognize}).ok());
  EXPECT_TRUE(table
                  .AuthorizeUse({Identity("/operator/li"), kRecognize}, Province("50"),
                                Scenario("traffic-check"))
                  .ok());
  EXPECT_EQ(ReasonOf(table.Authorize({Identity("/auditor/wang"), kGetRecord})),
            Reason::kIdentityNotListed);
  EXPECT_FALSE(table.Lists(Identity("/auditor/wang")));
}

TEST(Authorization, AStarIsExactlyOneSegment) {
  const Authorization table = Table();
  EXPECT_TRUE(table.Authorize({Identity("/jurisdiction/31/platform/a"), kRecognize}).ok());
  EXPECT_FALSE(table.Authorize({Identity("/jurisdiction/31/platform"), kRecognize}).ok());
  EXPECT_FALSE(table.Authorize({Identity("/jurisdiction/31/platform/a/b"), kRecognize}).ok());
}

TEST(Authorization, AServiceStarCoversItsMethodsAndNoLongerServiceName) {
  const Authorization table = Table();
  EXPECT_TRUE(table.Authorize({Identity("/auditor/wang"), kGetRecord}).ok());
  EXPECT_FALSE(
      table.Authorize({Identity("/auditor/wang"), "mrg.audit.v1.AuditServiceTwo/Get"}).ok());
}

TEST(Authorization, TheAdminSocketMayCallWhatItsListenerOffersButAsksForNoJurisdiction) {
  const Authorization table = Table();
  EXPECT_TRUE(table.Authorize({AdminIdentity(), "mrg.gateway.v1.AdminService/Publish"}).ok());
  EXPECT_EQ(ReasonOf(table.AuthorizeUse({AdminIdentity(), kRecognize}, Province("31"),
                                        Scenario("government-service"))),
            Reason::kJurisdictionNotAllowed);
}

TEST(Threat, R12_AProvinceCannotAskAsAnother) {
  const Authorization table = Table();
  const ScenarioId scenario = Scenario("government-service");
  const SpiffeId caller = Identity("/jurisdiction/31/platform/a");
  EXPECT_TRUE(table.AuthorizeUse({caller, kRecognize}, Province("31"), scenario).ok());
  EXPECT_EQ(ReasonOf(table.AuthorizeUse({caller, kRecognize}, Province("32"), scenario)),
            Reason::kJurisdictionNotAllowed);
}

TEST(Authorization, AJurisdictionThatTheNodeDoesNotServeIsRefused) {
  const Authorization table = Table();
  EXPECT_EQ(ReasonOf(table.AuthorizeUse({Identity("/jurisdiction/50/platform/a"), kRecognize},
                                        Province("50"), Scenario("government-service"))),
            Reason::kJurisdictionNotServed);
}

TEST(Authorization, AListedJurisdictionHoldsForItsScenariosOnly) {
  const Authorization table = Table();
  const SpiffeId caller = Identity("/jurisdiction/31/platform/shared");
  EXPECT_TRUE(
      table.AuthorizeUse({caller, kRecognize}, Province("32"), Scenario("traffic-check")).ok());
  EXPECT_EQ(ReasonOf(table.AuthorizeUse({caller, kRecognize}, Province("32"),
                                        Scenario("government-service"))),
            Reason::kJurisdictionNotAllowed);
  EXPECT_TRUE(table.AuthorizeJurisdiction({caller, kRecognize}, Province("32")).ok());
}

constexpr char kSetStatus[] = "mrg.gateway.v1.StatusService/SetLicenceStatus";
constexpr char kPolice[] = "11310000YY000001XH";
constexpr char kHousing[] = "11310000YY000002XX";

IssuerCode Office(absl::string_view code) { return *IssuerCode::Parse(code); }
LicenceTypeCode Type(absl::string_view code) { return *LicenceTypeCode::Parse(code); }

// Every authority for itself, and a registry for the two authorities and one type each.
Authorization StatusTable() {
  const std::vector<std::string> methods = {kSetStatus};
  const std::string registry = "spiffe://delta.example/jurisdiction/31/registry/a";
  return *Authorization::Create(
      {{"spiffe://delta.example/jurisdiction/*/authority/*", methods, {}, {}},
       {registry, methods, {}, {}, {Office(kPolice)}, {Type("11100000XX0000019L003")}},
       {registry, methods, {}, {}, {Office(kHousing)}, {Type("11100000XX0000027F001")}}},
      {Province("31"), Province("32")});
}

absl::StatusOr<IssuerCode> StatusAllowed(const std::string& path, const std::string& type,
                                         const std::string& stated = "",
                                         const std::string& province = "31") {
  return StatusTable().AuthorizeStatus(
      {Identity(path), kSetStatus}, Province(province), Type(type),
      stated.empty() ? std::nullopt : std::optional<IssuerCode>(Office(stated)));
}

TEST(Authorization, L7_AnAuthorityActsForTheIssuerOfItsOwnPathOnly) {
  const std::string police = std::string("/jurisdiction/31/authority/") + kPolice;
  const std::string type = "11100000XX0000019L001";

  EXPECT_EQ(StatusAllowed(police, type)->value(), kPolice);
  EXPECT_EQ(StatusAllowed(police, type, kPolice)->value(), kPolice);
  EXPECT_EQ(ReasonOf(StatusAllowed(police, type, kHousing).status()), Reason::kIssuerNotAllowed);
  EXPECT_EQ(ReasonOf(StatusAllowed(police, type, kPolice, "32").status()),
            Reason::kJurisdictionNotAllowed);
}

TEST(Authorization, L7_ARuleAllowsTheIssuersAndTypesThatItNamesTogether) {
  const std::string registry = "/jurisdiction/31/registry/a";

  EXPECT_EQ(StatusAllowed(registry, "11100000XX0000019L003", kPolice)->value(), kPolice);
  EXPECT_EQ(StatusAllowed(registry, "11100000XX0000027F001", kHousing)->value(), kHousing);
  EXPECT_EQ(ReasonOf(StatusAllowed(registry, "11100000XX0000027F001", kPolice).status()),
            Reason::kIssuerNotAllowed);
  EXPECT_EQ(ReasonOf(StatusAllowed(registry, "11100000XX0000019L001", kPolice).status()),
            Reason::kIssuerNotAllowed);
}

TEST(Threat, N11_ARefusalRepeatsNoTextOfTheRequest) {
  const std::string canary = "320101190001010312";
  const absl::Status issuer = StatusAllowed(std::string("/jurisdiction/31/authority/") + kPolice,
                                            "11100000XX0000019L003", canary)
                                  .status();
  const absl::Status scenario = Table().AuthorizeUse(
      {Identity("/jurisdiction/31/platform/shared"), kRecognize}, Province("32"), Scenario(canary));

  EXPECT_EQ(ReasonOf(issuer), Reason::kIssuerNotAllowed);
  EXPECT_EQ(ReasonOf(scenario), Reason::kJurisdictionNotAllowed);
  for (const absl::Status& refused : {issuer, scenario}) {
    EXPECT_EQ(refused.message().find(canary), absl::string_view::npos) << refused;
  }
}

TEST(Authorization, L7_WhoIsNoAuthorityHasToNameOne) {
  for (const char* path : {"/jurisdiction/31/registry/a", "/jurisdiction/31/authority/police"}) {
    const absl::Status refused = StatusAllowed(path, "11100000XX0000019L003").status();

    EXPECT_EQ(ReasonOf(refused), Reason::kFieldRequired) << path;
    EXPECT_EQ(FieldOf(refused), "issuer_code") << path;
  }
}

TEST(Authorization, APatternThatCouldMatchTooMuchIsRefused) {
  for (const char* identity :
       {"spiffe://*/jurisdiction/31/platform/a", "spiffe://d.example/jurisdiction/3*/platform/a",
        "spiffe://d.example/**", "*", "", "https://d.example/a"}) {
    EXPECT_EQ(ReasonOf(Authorization::Create({{identity, {kRecognize}, {}, {}}}, {}).status()),
              Reason::kConfigInvalid)
        << identity;
  }
  for (const char* method : {"*", "*/*", "Recognize", "mrg.v1.S/Rec*", "mrg.v1.*/Recognize", ""}) {
    EXPECT_EQ(
        ReasonOf(Authorization::Create({{"spiffe://d.example/a", {method}, {}, {}}}, {}).status()),
        Reason::kConfigInvalid)
        << method;
  }
  EXPECT_EQ(ReasonOf(Authorization::Create({{"spiffe://d.example/a", {}, {}, {}}}, {}).status()),
            Reason::kConfigInvalid);
}

}  // namespace
}  // namespace mrg
