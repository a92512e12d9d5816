#include "gateway/answer/catalogue_answers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::CheckCoverageRequest;
using gateway::v1::CheckCoverageResponse;
using gateway::v1::GetCredentialTypeRequest;
using gateway::v1::ListAgreementsRequest;
using gateway::v1::ListAgreementsResponse;
using gateway::v1::ListCredentialTypesRequest;
using gateway::v1::ListScenariosRequest;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kAgreement[] = "cross-region-sample";
// 2025-01-01 00:00 in Shanghai, when the agreement begins.
const absl::Time kEnacted = absl::FromUnixSeconds(1735660800);

// What the node of the Delta has in force.
RecognitionSnapshot Shipped() { return SnapshotFixture().Build(); }

CheckCoverageRequest Coverage() {
  CheckCoverageRequest request;
  request.set_using_jurisdiction("31");
  request.set_issuing_jurisdiction("50");
  request.set_type_code(kDrivingLicenceType);
  request.set_scenario("government-service");
  return request;
}

CheckCoverageResponse Answered(const RecognitionSnapshot& snapshot,
                               const CheckCoverageRequest& request) {
  const auto response = CheckCoverage(snapshot, request, FixtureNow());
  EXPECT_TRUE(response.ok()) << response.status();
  return response.value_or(CheckCoverageResponse());
}

ListAgreementsResponse Agreements(const RecognitionSnapshot& snapshot,
                                  const ListAgreementsRequest& request) {
  const auto response = ListAgreements(snapshot, request, FixtureNow());
  EXPECT_TRUE(response.ok()) << response.status();
  return response.value_or(ListAgreementsResponse());
}

std::vector<std::string> IdsOf(const ListAgreementsResponse& response) {
  std::vector<std::string> ids;
  for (const auto& listed : response.agreements()) ids.push_back(listed.agreement().id());
  return ids;
}

TEST(ListCredentialTypes, AllOrThoseOfOneJurisdictionPageByPage) {
  const RecognitionSnapshot snapshot = Shipped();
  ListCredentialTypesRequest request;
  const auto all = ListCredentialTypes(snapshot, request);
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(all->next_page_token(), IsEmpty());

  request.set_page_size(1);
  std::vector<std::string> paged;
  do {
    const auto page = ListCredentialTypes(snapshot, request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->credential_types_size(), 1);
    paged.push_back(page->credential_types(0).SerializeAsString());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  std::vector<std::string> expected;
  for (const auto& type : all->credential_types()) expected.push_back(type.SerializeAsString());
  EXPECT_EQ(paged, expected);

  request = {};
  request.set_jurisdiction("50");
  const auto of_one = ListCredentialTypes(snapshot, request);
  ASSERT_TRUE(of_one.ok());
  EXPECT_THAT(of_one->credential_types(), SizeIs(Gt(0)));
  for (const auto& type : of_one->credential_types()) EXPECT_EQ(type.jurisdiction(), "50");
  request.set_jurisdiction("11");
  EXPECT_THAT(ListCredentialTypes(snapshot, request)->credential_types(), IsEmpty());
}

TEST(GetCredentialType, EntryAndTheMeaningOfItsElements) {
  GetCredentialTypeRequest request;
  request.set_jurisdiction("50");
  request.set_type_code(kDrivingLicenceType);

  const auto response = GetCredentialType(Shipped(), request);

  ASSERT_TRUE(response.ok()) << response.status();
  const auto& entry = response->credential_type().entry();
  EXPECT_EQ(entry.type_code(), kDrivingLicenceType);
  ASSERT_EQ(response->elements_size(), entry.elements_size());
  for (int i = 0; i < entry.elements_size(); ++i) {
    EXPECT_EQ(response->elements(i).id(), entry.elements(i).element_id());
    EXPECT_THAT(response->elements(i).name_zh(), Not(IsEmpty()));
  }
}

TEST(GetCredentialType, OfAStandardTheFieldsStandBesideTheElements) {
  GetCredentialTypeRequest request;
  request.set_jurisdiction("50");
  request.set_type_code(kDrivingLicenceType);
  EXPECT_THAT(GetCredentialType(Shipped(), request)->dialects(), IsEmpty());
  request.set_standard("cq-sample");

  const auto response = GetCredentialType(Shipped(), request);

  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->dialects_size(), 1);
  const auto& dialect = response->dialects(0);
  EXPECT_EQ(dialect.owner_jurisdiction(), "50");
  EXPECT_EQ(dialect.pack().standard(), "cq-sample");
  EXPECT_THAT(dialect.pack().sha256(), SizeIs(32));
  std::vector<std::string> places;
  for (const auto& field : dialect.fields()) {
    places.push_back(absl::StrCat(field.element_id(), " ", field.path()));
  }
  EXPECT_THAT(places, Contains("face.driver.vehicleClasses surface.zjcx"));
  EXPECT_THAT(places, Contains("certificateHolderName holder.name"));
}

TEST(GetCredentialType, AStandardOfWhichNoPackIsInForceHasNoFields) {
  GetCredentialTypeRequest request;
  request.set_jurisdiction("50");
  request.set_type_code(kDrivingLicenceType);
  request.set_standard("nobodys");
  EXPECT_THAT(GetCredentialType(Shipped(), request)->dialects(), IsEmpty());
  request.set_standard("Not a standard");

  EXPECT_EQ(ReasonOf(GetCredentialType(Shipped(), request).status()), Reason::kFieldMalformed);
}

TEST(GetCredentialType, UnknownOrMissingListsAreNotFound) {
  GetCredentialTypeRequest request;
  request.set_jurisdiction("50");
  request.set_type_code("11100000XX0000019L099");
  EXPECT_EQ(ReasonOf(GetCredentialType(Shipped(), request).status()),
            Reason::kCredentialTypeNotFound);
  request.set_type_code(kDrivingLicenceType);
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").in_force = false;
  EXPECT_EQ(ReasonOf(GetCredentialType(fixture.Build(), request).status()),
            Reason::kCredentialTypeNotFound);
}

TEST(ListAgreements, TextsWithStandingsOfEachPairAtTheInstant) {
  SnapshotFixture fixture;
  fixture.Repeal("51", "chuanyu-2022", FixtureNow());
  const RecognitionSnapshot snapshot = fixture.Build();
  ListAgreementsRequest request;
  EXPECT_THAT(IdsOf(Agreements(snapshot, request)),
              ElementsAre("changsanjiao-2020", "chuanyu-2022", kAgreement));

  request.set_agreement_id("chuanyu-2022");
  const auto repealed = Agreements(snapshot, request);
  ASSERT_EQ(repealed.agreements_size(), 1);
  const auto& listed = repealed.agreements(0);
  EXPECT_THAT(listed.listed_by(), ElementsAre("50", "51"));
  EXPECT_EQ(listed.sha256().size(), 32u);
  ASSERT_EQ(listed.standings_size(), 1);
  EXPECT_EQ(listed.standings(0).state(), gateway::v1::AGREEMENT_STATE_REPEALED);
  ASSERT_EQ(listed.standings(0).in_force_size(), 1);
  const absl::Time begin = ToTime(listed.agreement().from());
  EXPECT_EQ(ToTime(listed.standings(0).in_force(0).from()), begin);
  EXPECT_EQ(ToTime(listed.standings(0).in_force(0).until()), FixtureNow());

  *request.mutable_at() = ToTimestamp(FixtureNow() - absl::Microseconds(1));
  EXPECT_EQ(Agreements(snapshot, request).agreements(0).standings(0).state(),
            gateway::v1::AGREEMENT_STATE_IN_FORCE);
  *request.mutable_at() = ToTimestamp(begin - absl::Microseconds(1));
  EXPECT_EQ(Agreements(snapshot, request).agreements(0).standings(0).state(),
            gateway::v1::AGREEMENT_STATE_ENACTED);
}

TEST(ListAgreements, OfOnePartyPageByPage) {
  ListAgreementsRequest request;
  request.set_jurisdiction("31");
  request.set_page_size(1);
  const auto first = Agreements(Shipped(), request);
  EXPECT_THAT(IdsOf(first), ElementsAre("changsanjiao-2020"));
  request.set_page_token(first.next_page_token());
  const auto second = Agreements(Shipped(), request);
  EXPECT_THAT(IdsOf(second), ElementsAre(kAgreement));
  EXPECT_THAT(second.next_page_token(), IsEmpty());
}

TEST(ListScenarios, EachWithItsAgreements) {
  const auto response = ListScenarios(Shipped(), ListScenariosRequest());

  ASSERT_TRUE(response.ok()) << response.status();
  bool seen = false;
  for (const auto& listed : response->scenarios()) {
    if (listed.scenario().id() != "government-service") continue;
    seen = true;
    EXPECT_THAT(listed.scenario().zh(), Not(IsEmpty()));
    EXPECT_THAT(listed.agreement_ids(),
                ElementsAre("changsanjiao-2020", "chuanyu-2022", kAgreement));
  }
  EXPECT_TRUE(seen);
}

TEST(CheckCoverage, CoveredNamesAgreementClausePacksAndRoutes) {
  const RecognitionSnapshot snapshot = Shipped();

  const CheckCoverageResponse response = Answered(snapshot, Coverage());

  EXPECT_TRUE(response.covered());
  EXPECT_FALSE(response.has_reason());
  EXPECT_EQ(ToTime(response.at()), FixtureNow());
  EXPECT_EQ(ToTime(response.same_answer().from()), kEnacted);
  EXPECT_FALSE(response.same_answer().has_until());
  EXPECT_EQ(response.agreement().agreement_id(), kAgreement);
  EXPECT_EQ(response.agreement().revision(), 1u);
  EXPECT_THAT(response.agreement().target_paths(),
              ElementsAre(absl::StrCat("50/agreements/", kAgreement, "/1"),
                          absl::StrCat("31/agreements/", kAgreement, "/1")));
  const auto& text = snapshot.agreements().history().listings().at({"31", kAgreement}).at(1);
  EXPECT_EQ(response.agreement().sha256(), text.sha256);
  ASSERT_GT(response.agreement().rule_number(), 0u);
  EXPECT_EQ(text.agreement->message()
                .rules(static_cast<int>(response.agreement().rule_number()) - 1)
                .SerializeAsString(),
            response.agreement().rule().SerializeAsString());
  EXPECT_EQ(response.agreement().rule().scenario(), "government-service");
  EXPECT_EQ(response.document_pack().target_path(), "50/packs/11100000XX0000019L003/cq-sample/1");
  EXPECT_EQ(response.target_pack().standard(), "delta-reply");
  EXPECT_NE(snapshot.FindPack(response.target_pack().sha256()), nullptr);
  EXPECT_THAT(response.elements(), SizeIs(Gt(3)));
  EXPECT_THAT(response.dispute_routes(), SizeIs(7));
  EXPECT_THAT(response.conditions(), IsEmpty());
  EXPECT_EQ(response.snapshot_id(), snapshot.id());
}

TEST(CheckCoverage, ConditionsOfTheClauseAreStated) {
  SnapshotFixture fixture;
  fixture.EditAgreement(kAgreement, "revision: 1\n",
                        "revision: 1 conditions { id: \"paper\" zh: \"原件\" en: \"Paper\" }\n");
  fixture.EditAgreement(kAgreement, "  scenario: \"government-service\"\n",
                        "  scenario: \"government-service\"\nconditions: \"paper\"\n");

  const CheckCoverageResponse response = Answered(fixture.Build(), Coverage());

  EXPECT_TRUE(response.covered());
  ASSERT_EQ(response.conditions_size(), 1);
  EXPECT_EQ(response.conditions(0).en(), "Paper");
}

TEST(CheckCoverage, PastAndFutureInstantsAnswerByTheTimesOfTheAgreement) {
  SnapshotFixture fixture;
  const absl::Time end = FixtureNow() + absl::Hours(24 * 30);
  fixture.Repeal("50", kAgreement, end);
  const RecognitionSnapshot snapshot = fixture.Build();
  CheckCoverageRequest request = Coverage();

  *request.mutable_at() = ToTimestamp(kEnacted - absl::Microseconds(1));
  const CheckCoverageResponse before = Answered(snapshot, request);
  EXPECT_FALSE(before.covered());
  EXPECT_EQ(before.reason().reason(), "AGREEMENT_NOT_IN_FORCE");
  EXPECT_THAT(before.reason().message_zh(), Not(IsEmpty()));
  EXPECT_FALSE(before.same_answer().has_from());
  EXPECT_EQ(ToTime(before.same_answer().until()), kEnacted);
  EXPECT_FALSE(before.has_agreement());
  EXPECT_THAT(before.elements(), IsEmpty());

  *request.mutable_at() = ToTimestamp(end - absl::Microseconds(1));
  EXPECT_TRUE(Answered(snapshot, request).covered());
  *request.mutable_at() = ToTimestamp(end);
  EXPECT_EQ(Answered(snapshot, request).reason().reason(), "AGREEMENT_NOT_IN_FORCE");
}

TEST(CheckCoverage, ValuesThatLoseMeaningAreNamed) {
  CheckCoverageRequest request = Coverage();
  request.set_using_jurisdiction("50");
  request.set_issuing_jurisdiction("31");

  EXPECT_THAT(Answered(Shipped(), request).may_be_narrowed(), Contains("status"))
      << "RESTRICTED has a broader text in cq-sample";
  EXPECT_THAT(Answered(Shipped(), Coverage()).may_be_narrowed(), Not(Contains("status")));
}

TEST(CheckCoverage, M10_TextsOfTheDocumentThatAreNotWhatTheirCodesSayAreNamed) {
  SnapshotFixture fixture;
  fixture.EditPack("cq-sample", kDrivingLicenceType,
                   "text: \"07\" code: \"REVOKED\" accuracy: PAIR_ACCURACY_EXACT",
                   "text: \"07\" code: \"REVOKED\" accuracy: PAIR_ACCURACY_NARROWER");

  const CheckCoverageResponse exact_target = Answered(Shipped(), Coverage());
  const CheckCoverageResponse both = Answered(fixture.Build(), Coverage());

  EXPECT_THAT(exact_target.may_be_broader_in_document(), ElementsAre("status"))
      << "08 means more than RESTRICTED";
  EXPECT_THAT(exact_target.may_be_narrower_in_document(), IsEmpty());
  EXPECT_THAT(both.may_be_narrower_in_document(), ElementsAre("status"));
}

TEST(CheckCoverage, ElementThatTheTargetCannotHoldHasItsDeclaredLoss) {
  SnapshotFixture fixture;
  fixture.EditAgreement(kAgreement, "  allowed_elements: \"face.driver.sex\"\n",
                        "  allowed_elements: \"face.driver.sex\"\n"
                        "  allowed_elements: \"certificateName\"\n");
  CheckCoverageRequest request = Coverage();
  request.add_requested_elements("certificateName");

  const CheckCoverageResponse response = Answered(fixture.Build(), request);

  ASSERT_EQ(response.elements_size(), 1);
  EXPECT_EQ(response.elements(0).outcome(), gateway::v1::ELEMENT_OUTCOME_LOST);
  ASSERT_EQ(response.declared_losses_size(), 1);
  EXPECT_EQ(response.declared_losses(0).element_id(), "certificateName");
  EXPECT_THAT(response.declared_losses(0).why(), Not(IsEmpty()));
}

TEST(CheckCoverage, AnElementThatNoDictionaryKnowsIsRefused) {
  CheckCoverageRequest request = Coverage();
  request.add_requested_elements("certificateHoldersName");
  const absl::Status status = CheckCoverage(Shipped(), request, FixtureNow()).status();
  EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed);
  EXPECT_EQ(FieldOf(status), "requested_elements[0]");
}

TEST(CheckCoverage, InstantOutsideTheCalendarIsRefused) {
  CheckCoverageRequest request = Coverage();
  request.mutable_at()->set_seconds(253402300800);
  const absl::Status status = CheckCoverage(Shipped(), request, FixtureNow()).status();
  EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed);
  EXPECT_EQ(FieldOf(status), "at");
}

}  // namespace
}  // namespace mrg
