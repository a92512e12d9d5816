#include "gateway/recognition/coverage.h"

#include <algorithm>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

const absl::Duration kInstant = absl::Microseconds(1);
// 2025-01-01 00:00 in Shanghai.
const absl::Time kEnacted = absl::FromUnixSeconds(1735660800);

// A driving licence of 50 in 31.
UseQuestion Question() {
  return {AsJurisdiction("31"), AsJurisdiction("50"), kDrivingLicenceType, "government-service"};
}

std::vector<std::string> Ids(const Coverage& coverage, gateway::v1::ElementOutcome outcome) {
  std::vector<std::string> ids;
  for (const auto& report : coverage.elements) {
    if (report.outcome() == outcome) ids.push_back(report.element_id());
  }
  return ids;
}

TEST(Coverage, CoveredUseNamesAgreementPacksElementsAndRoutes) {
  const RecognitionSnapshot snapshot = SnapshotFixture().Build();

  const Coverage coverage = FindCoverage(snapshot, Question(), {}, FixtureNow());

  EXPECT_EQ(coverage.refusal, std::nullopt);
  EXPECT_EQ(coverage.selection.agreement->agreement->id(), "cross-region-sample");
  EXPECT_EQ(coverage.selection.document_standard, "cq-sample");
  EXPECT_EQ(coverage.selection.target_standard, "delta-reply");
  EXPECT_EQ(coverage.selection.source_pack->target.path,
            "50/packs/11100000XX0000019L003/cq-sample/1");
  EXPECT_EQ(coverage.selection.target_pack->target.path,
            "31/packs/11100000XX0000019L003/delta-reply/1");
  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_GIVEN),
              IsSupersetOf({"certificateNumber", "face.driver.vehicleClasses"}));
  EXPECT_TRUE(
      std::is_sorted(coverage.elements.begin(), coverage.elements.end(),
                     [](const auto& a, const auto& b) { return a.element_id() < b.element_id(); }));
  EXPECT_EQ(coverage.term, (TimeRange{kEnacted, absl::InfiniteFuture()}));
  ASSERT_EQ(coverage.dispute_routes.size(), 7u);
  EXPECT_EQ(coverage.dispute_routes[0].kind, "DUPLICATE");
  EXPECT_EQ(coverage.dispute_routes[0].routing.queue, "issuer-50");
}

TEST(Coverage, ElementsAreWithheldLostOrAbsentAsADecisionWouldReport) {
  SnapshotFixture fixture;
  // The agreement releases an element of another type: neither standard has a place for it.
  fixture.EditAgreement("cross-region-sample", "  allowed_elements: \"face.driver.sex\"\n",
                        "  allowed_elements: \"face.driver.sex\"\n"
                        "  allowed_elements: \"face.idcard.birthDate\"\n");
  UseQuestion question = Question();
  const RecognitionSnapshot snapshot = fixture.Build();

  const Coverage coverage = FindCoverage(
      snapshot, question,
      {"face.driver.sex", "face.idcard.birthDate", "face.business.scope", "face.business.scope"},
      FixtureNow());

  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_GIVEN), ElementsAre("face.driver.sex"));
  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_LOST),
              ElementsAre("face.idcard.birthDate"));
  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_WITHHELD),
              ElementsAre("face.business.scope"));
  for (const auto& report : coverage.elements) {
    if (report.outcome() == gateway::v1::ELEMENT_OUTCOME_WITHHELD) {
      EXPECT_EQ(report.reason(), "ELEMENT_NOT_ALLOWED");
    }
    if (report.outcome() == gateway::v1::ELEMENT_OUTCOME_LOST) {
      EXPECT_EQ(report.reason(), "ELEMENT_NOT_IN_STANDARD");
    }
  }
}

TEST(Coverage, ElementThatTheDocumentsStandardLacksIsAbsent) {
  // A standard whose documents hold nothing but a number.
  const std::string narrow =
      "type_code: \"11100000XX0000019L003\" standard: \"narrow\" version: \"1\"\n"
      "owner_jurisdiction: \"50\" dictionary_version: 1\n"
      "fields { name: \"no\" element_id: \"certificateNumber\" text {} provenance: \"sample\" }\n"
      "tests { name: \"whole\" document: '{\"no\":\"1\"}'\n"
      "  elements { id: \"certificateNumber\" values: \"1\" } written: '{\"no\":\"1\"}' }\n";
  SnapshotFixture fixture;
  fixture.packs.push_back(narrow);
  fixture.Type("50", kDrivingLicenceType).add_standards("narrow");
  fixture.EditAgreement(
      "cross-region-sample", "dispute_routes { kind: \"DUPLICATE\" }",
      absl::StrCat("dispute_routes { kind: \"DUPLICATE\" }\n"
                   "packs { type_code: \"11100000XX0000019L003\" standard: \"narrow\" version: "
                   "\"1\" owner_jurisdiction: \"50\" sha256: \"",
                   absl::BytesToHexString(Sha256(narrow)), "\" }"));
  UseQuestion question = Question();
  question.document_standard = "narrow";
  const RecognitionSnapshot snapshot = fixture.Build();

  const Coverage coverage =
      FindCoverage(snapshot, question, {"certificateNumber", "face.driver.sex"}, FixtureNow());

  EXPECT_EQ(coverage.refusal, std::nullopt);
  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_GIVEN), ElementsAre("certificateNumber"));
  EXPECT_THAT(Ids(coverage, gateway::v1::ELEMENT_OUTCOME_ABSENT), ElementsAre("face.driver.sex"));
  EXPECT_EQ(coverage.elements[1].reason(), "ELEMENT_NOT_IN_DOCUMENT");
}

TEST(Threat, R10_CoverageAtTheBoundariesOfEnactmentEndAndRepeal) {
  SnapshotFixture fixture;
  const absl::Time end = FixtureNow() + absl::Hours(24 * 365);
  fixture.EditAgreement("cross-region-sample", "from { seconds: 1735660800 }",
                        absl::StrCat("from { seconds: 1735660800 } until { seconds: ",
                                     absl::ToUnixSeconds(end), " }"));
  const RecognitionSnapshot snapshot = fixture.Build();
  const auto at = [](const RecognitionSnapshot& asked, absl::Time t) {
    return FindCoverage(asked, Question(), {}, t);
  };
  EXPECT_EQ(at(snapshot, kEnacted - kInstant).refusal, Reason::kAgreementNotInForce);
  EXPECT_EQ(at(snapshot, kEnacted - kInstant).term, (TimeRange{absl::InfinitePast(), kEnacted}));
  EXPECT_THAT(at(snapshot, kEnacted - kInstant).elements, IsEmpty());
  EXPECT_EQ(at(snapshot, kEnacted).refusal, std::nullopt);
  EXPECT_EQ(at(snapshot, kEnacted).term, (TimeRange{kEnacted, end}));
  EXPECT_EQ(at(snapshot, end - kInstant).refusal, std::nullopt);
  EXPECT_EQ(at(snapshot, end).refusal, Reason::kAgreementNotInForce);

  for (const char* side : {"31", "50"}) {
    SnapshotFixture repealed = fixture;
    repealed.Repeal(side, "cross-region-sample", FixtureNow());
    const RecognitionSnapshot after = repealed.Build();
    EXPECT_EQ(at(after, FixtureNow() - kInstant).refusal, std::nullopt) << side;
    EXPECT_EQ(at(after, FixtureNow() - kInstant).term, (TimeRange{kEnacted, FixtureNow()}));
    EXPECT_EQ(at(after, FixtureNow()).refusal, Reason::kAgreementNotInForce) << side;
    EXPECT_EQ(at(after, FixtureNow()).term, (TimeRange{FixtureNow(), absl::InfiniteFuture()}));
  }
}

TEST(Coverage, ReasonsAreThoseOfRecognition) {
  SnapshotFixture fixture;
  fixture.Type("50", kDrivingLicenceType).add_standards("papyrus");
  const RecognitionSnapshot snapshot = fixture.Build();
  const auto refusal = [&](void (*edit)(UseQuestion*)) {
    UseQuestion question = Question();
    edit(&question);
    return FindCoverage(snapshot, question, {}, FixtureNow()).refusal;
  };
  EXPECT_EQ(refusal([](UseQuestion* q) { q->issuing_jurisdiction = AsJurisdiction("11"); }),
            Reason::kJurisdictionUnknown);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->using_jurisdiction = AsJurisdiction("11"); }),
            Reason::kAgreementNotInForce);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->type_code = "11100000XX0000019L099"; }),
            Reason::kTypeUnknown);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->scenario = "space-travel"; }),
            Reason::kScenarioUnknown);
  EXPECT_EQ(refusal([](UseQuestion* q) {
              q->type_code = kBusinessLicenceType;
              q->scenario = "traffic-check";
            }),
            Reason::kScenarioNotCovered);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->document_standard = "morse"; }),
            Reason::kStandardUnknown);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->target_standard = "cq-sample"; }),
            Reason::kStandardUnknown);
  EXPECT_EQ(refusal([](UseQuestion* q) { q->document_standard = "papyrus"; }), Reason::kNoPack);
}

TEST(Coverage, JurisdictionWhoseListsAreMissingIsSaidToBe) {
  for (const char* side : {"31", "50"}) {
    SnapshotFixture fixture;
    fixture.jurisdictions.at(side).in_force = false;
    const RecognitionSnapshot snapshot = fixture.Build();

    const Coverage coverage = FindCoverage(snapshot, Question(), {}, FixtureNow());

    EXPECT_EQ(coverage.refusal, Reason::kTrustMissing) << side;
    EXPECT_TRUE(coverage.selection.agreement.has_value())
        << "the agreement is in force all the same";
    EXPECT_THAT(coverage.elements, IsEmpty());
  }
}

TEST(Coverage, H1_AnAgreementThatMayStandInAListThatWasLeftOutIsNotSaidNotToExist) {
  SnapshotFixture fixture;
  fixture.agreements.clear();
  EXPECT_EQ(FindCoverage(fixture.Build(), Question(), {}, FixtureNow()).refusal,
            Reason::kAgreementNotInForce);
  fixture.left_out[kSichuanMember] = {"j-51"};
  EXPECT_EQ(FindCoverage(fixture.Build(), Question(), {}, FixtureNow()).refusal,
            Reason::kAgreementNotInForce);

  for (const auto& [member, role] : {std::pair(kDeltaMember, "j-31"), {kSichuanMember, "j-50"}}) {
    fixture.left_out = {{member, {role}}};

    const Coverage coverage = FindCoverage(fixture.Build(), Question(), {}, FixtureNow());

    EXPECT_EQ(coverage.refusal, Reason::kTrustMissing) << role;
  }
}

TEST(Coverage, ExpiredListsDoNotMatterToIt) {
  SnapshotFixture fixture;
  fixture.Role(kSichuanMember, "timestamp").expires = absl::InfinitePast();
  const RecognitionSnapshot snapshot = fixture.Build();

  EXPECT_EQ(FindCoverage(snapshot, Question(), {}, FixtureNow()).refusal, std::nullopt);
}

TEST(Coverage, ScenarioOrTypeThatNobodyKnowsIsSoAtAnyTime) {
  const RecognitionSnapshot snapshot = SnapshotFixture().Build();
  UseQuestion question = Question();
  question.type_code = "11100000XX0000019L099";
  EXPECT_EQ(FindCoverage(snapshot, question, {}, FixtureNow()).term, TimeRange());
  question = Question();
  question.scenario = "space-travel";
  EXPECT_EQ(FindCoverage(snapshot, question, {}, FixtureNow()).term, TimeRange());
}

}  // namespace
}  // namespace mrg
