#include "gateway/agreement/agreement_index.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1600000000);
const absl::Time kNow = kStart + absl::Hours(24);
constexpr char kType[] = "11100000XX0000019L003";
constexpr char kOtherType[] = "11100000XX0000027F001";

constexpr char kText[] = R"pb(
  id: "delta"
  revision: 1
  dictionary_version: 1
  parties: "31"
  parties: "32"
  parties: "33"
  scenarios { id: "government-service" zh: "政务服务" en: "Government service" }
  scenarios { id: "traffic-check" zh: "路面执法核验" en: "Traffic check" }
  rules {
    type_code: "11100000XX0000019L003"
    from_jurisdictions: "32"
    to_jurisdictions: "31"
    scenario: "government-service"
    allowed_elements: "certificateNumber"
  }
  packs {
    type_code: "11100000XX0000019L003"
    standard: "delta-reply"
    version: "1"
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    owner_jurisdiction: "31"
  }
  dispute_routes { kind: "FACE_INFORMATION_ERROR" }
  counterpart_roots {
    member: "yangtze-delta"
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    jurisdictions: "31"
    jurisdictions: "32"
    jurisdictions: "33"
  }
  from { seconds: 1600000000 }
  until { seconds: 1700000000 }
)pb";

AgreementListing ListingOf(const std::string& jurisdiction, const std::string& text) {
  auto agreement = Agreement::Parse(text);
  EXPECT_TRUE(agreement.ok()) << agreement.status();
  return {
      jurisdiction,
      absl::StrCat(jurisdiction, "/agreements/", (*agreement)->id(), "/", (*agreement)->revision()),
      Sha256(text), *agreement};
}

RepealListing RepealBy(const std::string& jurisdiction, absl::Time at) {
  gateway::v1::Repeal repeal;
  repeal.set_agreement_id("delta");
  repeal.set_revision(1);
  *repeal.mutable_effective_from() = ToTimestamp(at);
  return {jurisdiction, repeal};
}

AgreementIndex Index(std::vector<RepealListing> repeals = {}) {
  return AgreementIndex::Build({ListingOf("31", kText), ListingOf("32", kText)},
                               std::move(repeals));
}

std::optional<Reason> Refusal(const AgreementIndex& index, absl::Time t = kNow,
                              const char* type = kType, const char* scenario = "government-service",
                              const char* issuing = "32", const char* using_side = "31") {
  const auto found =
      index.Find(AsJurisdiction(issuing), AsJurisdiction(using_side), type, scenario, t);
  if (std::holds_alternative<AgreementMatch>(found)) return std::nullopt;
  return std::get<Reason>(found);
}

TEST(AgreementIndex, MatchNamesRulePathsAndPack) {
  const auto found =
      Index().Find(AsJurisdiction("32"), AsJurisdiction("31"), kType, "government-service", kNow);

  ASSERT_TRUE(std::holds_alternative<AgreementMatch>(found));
  const auto& match = std::get<AgreementMatch>(found);
  EXPECT_THAT(match.target_paths,
              ::testing::ElementsAre("32/agreements/delta/1", "31/agreements/delta/1"));
  EXPECT_EQ(match.PackSha256(kType, "delta-reply"), Sha256(""));
  EXPECT_EQ(match.PackSha256(kType, "cq-sample"), std::nullopt);
}

TEST(Threat, R10_InForceFromItsFirstInstantUntilBeforeItsLast) {
  const AgreementIndex index = Index();
  const absl::Time until = absl::FromUnixSeconds(1700000000);
  EXPECT_EQ(Refusal(index, kStart - absl::Microseconds(1)), Reason::kAgreementNotInForce);
  EXPECT_EQ(Refusal(index, kStart), std::nullopt);
  EXPECT_EQ(Refusal(index, until - absl::Microseconds(1)), std::nullopt);
  EXPECT_EQ(Refusal(index, until), Reason::kAgreementNotInForce);
}

TEST(Threat, R10_RepealByEitherSideEndsItAtItsInstant) {
  for (const char* side : {"31", "32"}) {
    const AgreementIndex index = Index({RepealBy(side, kNow)});
    EXPECT_EQ(Refusal(index, kNow - absl::Seconds(1)), std::nullopt);
    EXPECT_EQ(Refusal(index, kNow), Reason::kAgreementNotInForce);
  }
  EXPECT_EQ(Refusal(Index({RepealBy("33", kStart)})), std::nullopt);
}

TEST(Threat, R10_WrongDirectionTypeAndScenarioAreNotCovered) {
  const AgreementIndex index = Index();
  EXPECT_EQ(Refusal(index, kNow, kType, "government-service", "31", "32"), Reason::kTypeNotCovered);
  EXPECT_EQ(Refusal(index, kNow, kOtherType), Reason::kTypeNotCovered);
  EXPECT_EQ(Refusal(index, kNow, kType, "traffic-check"), Reason::kScenarioNotCovered);
  EXPECT_EQ(Refusal(index, kNow, kType, "space-travel"), Reason::kScenarioUnknown);
}

TEST(AgreementIndex, DifferentTextsOfOneRevisionAreAMismatch) {
  const AgreementIndex index = AgreementIndex::Build(
      {ListingOf("31", kText), ListingOf("32", absl::StrCat(kText, "# another text"))}, {});
  EXPECT_EQ(Refusal(index), Reason::kAgreementMismatch);
}

TEST(AgreementIndex, ListedByOneSideOnlyIsNotInForce) {
  EXPECT_EQ(Refusal(AgreementIndex::Build({ListingOf("31", kText)}, {})),
            Reason::kAgreementNotInForce);
}

TEST(AgreementIndex, NewRevisionHoldsOnceBothSidesListIt) {
  const std::string second = absl::StrReplaceAll(
      kText, {{"revision: 1", "revision: 2"}, {"certificateNumber", "certificateHolderName"}});
  const auto allowed = [](const AgreementIndex& index) {
    return std::get<AgreementMatch>(index.Find(AsJurisdiction("32"), AsJurisdiction("31"), kType,
                                               "government-service", kNow))
        .rule->allowed_elements(0);
  };

  EXPECT_EQ(allowed(AgreementIndex::Build(
                {ListingOf("31", kText), ListingOf("32", kText), ListingOf("31", second)}, {})),
            "certificateNumber");
  EXPECT_EQ(allowed(AgreementIndex::Build({ListingOf("31", kText), ListingOf("32", kText),
                                           ListingOf("31", second), ListingOf("32", second)},
                                          {})),
            "certificateHolderName");
}

TEST(AgreementIndex, DisputeGoesToTheIssuersQueueUnlessARouteSaysElse) {
  const auto routing = Index().Route(AsJurisdiction("32"), AsJurisdiction("31"), kType,
                                     "FACE_INFORMATION_ERROR", kNow);
  ASSERT_TRUE(routing.has_value());
  EXPECT_EQ(routing->jurisdiction, AsJurisdiction("32"));
  EXPECT_EQ(routing->queue, "issuer-32");
  EXPECT_EQ(Index().Route(AsJurisdiction("32"), AsJurisdiction("31"), kType, "OTHER", kNow),
            std::nullopt);
}

// A second agreement of the same two; it says what `text` says, with the edits.
std::string OtherText(const std::string& id,
                      std::vector<std::pair<std::string, std::string>> edits) {
  edits.push_back({"id: \"delta\"", absl::StrCat("id: \"", id, "\"")});
  return absl::StrReplaceAll(kText, edits);
}

AgreementIndex WithOther(const std::string& other, std::vector<RepealListing> repeals = {}) {
  return AgreementIndex::Build({ListingOf("31", kText), ListingOf("32", kText),
                                ListingOf("31", other), ListingOf("32", other)},
                               repeals);
}

TEST(AgreementIndex, RepealedAgreementIsNotInForceAlsoBesideOneThatSaysNothingOfTheType) {
  const std::string other = OtherText(
      "other", {{"type_code: \"11100000XX0000019L003\"", "type_code: \"11100000XX0000027F001\""}});
  EXPECT_EQ(Refusal(WithOther(other, {RepealBy("31", kNow)}), kNow), Reason::kAgreementNotInForce);
  EXPECT_EQ(Refusal(WithOther(other, {RepealBy("31", kNow)}), kNow - absl::Microseconds(1)),
            std::nullopt);
  // No agreement ever covered the third type.
  EXPECT_EQ(Refusal(WithOther(other), kNow, "11100000XX0000043B001"), Reason::kTypeNotCovered);
}

TEST(AgreementIndex, OfTwoAboutATypeTheOneThatBeganFirstCountsAlone) {
  const auto answered_by = [](const AgreementIndex& index, absl::Time t) {
    return std::get<AgreementMatch>(index.Find(AsJurisdiction("32"), AsJurisdiction("31"), kType,
                                               "government-service", t))
        .agreement->id();
  };
  const std::string later = OtherText("alpha", {{"seconds: 1600000000", "seconds: 1600000001"}});
  EXPECT_EQ(answered_by(WithOther(later), kNow), "delta");
  const std::string same_instant = OtherText("alpha", {});
  EXPECT_EQ(answered_by(WithOther(same_instant), kNow), "alpha");
  EXPECT_EQ(answered_by(WithOther(later, {RepealBy("32", kNow)}), kNow), "alpha");
  // What only the other has a rule for is covered by neither, until the first one is over.
  const std::string wider =
      OtherText("alpha", {{"seconds: 1600000000", "seconds: 1600000001"},
                          {"scenario: \"government-service\"", "scenario: \"traffic-check\""}});
  EXPECT_EQ(Refusal(WithOther(wider), kNow, kType, "traffic-check"), Reason::kScenarioNotCovered);
  EXPECT_EQ(Refusal(WithOther(wider, {RepealBy("32", kNow)}), kNow, kType, "traffic-check"),
            std::nullopt);
}

TEST(AgreementIndex, AgreementThatCoversTheTypeIsAskedAloneForTheRoute) {
  // "alpha" begins first, covers the other type and knows another kind of dispute.
  const std::string other = OtherText(
      "alpha", {{"type_code: \"11100000XX0000019L003\"", "type_code: \"11100000XX0000027F001\""},
                {"seconds: 1600000000", "seconds: 1500000000"},
                {"dispute_routes {",
                 "dispute_routes { kind: \"STATUS_ERROR\" }\n"
                 "dispute_routes { jurisdiction: \"31\""}});
  const AgreementIndex index = WithOther(other);

  EXPECT_EQ(
      index
          .Route(AsJurisdiction("32"), AsJurisdiction("31"), kType, "FACE_INFORMATION_ERROR", kNow)
          ->jurisdiction,
      AsJurisdiction("32"));
  EXPECT_EQ(index
                .Route(AsJurisdiction("32"), AsJurisdiction("31"), kOtherType,
                       "FACE_INFORMATION_ERROR", kNow)
                ->jurisdiction,
            AsJurisdiction("31"));
  EXPECT_EQ(index.Route(AsJurisdiction("32"), AsJurisdiction("31"), kType, "STATUS_ERROR", kNow),
            std::nullopt)
      << "it is silent";
  // Where none covers the type, the first that has a route says it.
  EXPECT_EQ(
      index.Route(AsJurisdiction("31"), AsJurisdiction("32"), kType, "STATUS_ERROR", kNow)->queue,
      "issuer-31");
}

TEST(AgreementIndex, RouteForTheTypeGoesBeforeTheOneForEveryTypeAndHasItsTerms) {
  const std::string text = absl::StrReplaceAll(
      kText, {{"dispute_routes {",
               "dispute_routes { kind: \"FACE_INFORMATION_ERROR\" jurisdiction: \"31\" "
               "type_code: \"11100000XX0000019L003\" queue: \"fast\" accept_working_days: 1 "
               "decide_working_days: 3 }\n dispute_routes {"}});
  const AgreementIndex index =
      AgreementIndex::Build({ListingOf("31", text), ListingOf("32", text)}, {});

  const auto routing = index.Route(AsJurisdiction("32"), AsJurisdiction("31"), kType,
                                   "FACE_INFORMATION_ERROR", kNow);

  ASSERT_TRUE(routing.has_value());
  EXPECT_EQ(routing->queue, "fast");
  EXPECT_EQ(routing->accept_working_days, 1u);
  EXPECT_EQ(routing->decide_working_days, 3u);
  EXPECT_EQ(index
                .Route(AsJurisdiction("32"), AsJurisdiction("31"), kOtherType,
                       "FACE_INFORMATION_ERROR", kNow)
                ->queue,
            "issuer-32");
}

TEST(AgreementIndex, TermIsTheRangeInWhichTheAnswerStays) {
  const AgreementIndex index = Index({RepealBy("31", kNow)});
  const auto term = [&](absl::Time t) {
    return index.TermOf(AsJurisdiction("32"), AsJurisdiction("31"), kType, "government-service", t);
  };
  EXPECT_EQ(term(kStart - absl::Hours(1)), (TimeRange{absl::InfinitePast(), kStart}));
  EXPECT_EQ(term(kStart), (TimeRange{kStart, kNow}));
  EXPECT_EQ(term(kNow - absl::Microseconds(1)), (TimeRange{kStart, kNow}));
  EXPECT_EQ(term(kNow), (TimeRange{kNow, absl::InfiniteFuture()}));
  EXPECT_EQ(
      index.TermOf(AsJurisdiction("50"), AsJurisdiction("31"), kType, "government-service", kNow),
      TimeRange());
}

TEST(AgreementIndex, RevisionsTakeEffectPairByPair) {
  const std::string second = absl::StrReplaceAll(
      kText,
      {{"revision: 1", "revision: 2"},
       {"from_jurisdictions: \"32\"", "from_jurisdictions: \"32\" from_jurisdictions: \"33\""}});
  // 33 has not listed the second revision yet: for its pairs the first one goes on.
  const AgreementIndex index =
      AgreementIndex::Build({ListingOf("31", kText), ListingOf("32", kText), ListingOf("33", kText),
                             ListingOf("31", second), ListingOf("32", second)},
                            {});
  const auto revision = [&](const char* issuing) -> uint32_t {
    const auto found = index.Find(AsJurisdiction(issuing), AsJurisdiction("31"), kType,
                                  "government-service", kNow);
    if (std::holds_alternative<Reason>(found)) return 0;
    return std::get<AgreementMatch>(found).agreement->revision();
  };
  EXPECT_EQ(revision("32"), 2u);
  EXPECT_EQ(revision("33"), 0u);
  EXPECT_EQ(Refusal(index, kNow, kType, "government-service", "33"), Reason::kTypeNotCovered);
}

TEST(Agreement, UnknownFieldAndBadValuesAreRefusedByName) {
  const auto refused = [](const std::string& from, const std::string& to) {
    return Agreement::Parse(absl::StrReplaceAll(kText, {{from, to}})).status();
  };
  EXPECT_EQ(ReasonOf(refused("revision: 1", "revision: 0")), Reason::kAgreementInvalid);
  EXPECT_EQ(FieldOf(refused("revision: 1", "revision: 0")), "revision");
  EXPECT_EQ(FieldOf(refused("to_jurisdictions: \"31\"", "to_jurisdictions: \"50\"")),
            "rules[0].to_jurisdictions");
  EXPECT_EQ(FieldOf(refused("from { seconds: 1600000000 }", "")), "from");
  EXPECT_EQ(FieldOf(refused("allowed_elements: \"certificateNumber\"", "grace: 86401")),
            "rules[0].grace");
  const absl::Status unknown = refused("revision: 1", "revision: 1 colour: \"red\"");
  EXPECT_EQ(ReasonOf(unknown), Reason::kAgreementInvalid);
  EXPECT_THAT(std::string(unknown.message()), ::testing::HasSubstr("3:21"));
}

TEST(Repeal, MissingTimeIsRefused) {
  EXPECT_EQ(FieldOf(ParseRepeal("agreement_id: \"delta\" revision: 1").status()), "effective_from");
}

}  // namespace
}  // namespace mrg
