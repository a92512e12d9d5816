// What is published about types, agreements and scenarios, asked of real nodes; and that coverage
// says beforehand what a recognition then does, while agreements are revised, repealed and refused.

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/catalogue_service.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueService;
using gateway::v1::CheckCoverageRequest;
using gateway::v1::CheckCoverageResponse;
using gateway::v1::GetCredentialTypeRequest;
using gateway::v1::GetCredentialTypeResponse;
using gateway::v1::ListAgreementsRequest;
using gateway::v1::ListAgreementsResponse;
using gateway::v1::RecognizeResponse;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr char kDeltaPack[] = "deploy/packs/delta-reply/11100000XX0000019L003.textproto";

class CatalogueScenario : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // The text that the parties list, with the roots of this federation.
  static std::string CrossRegionAgreement() {
    return ReadIfThere(federation().Path("agreements", "cross-region-sample.textproto"));
  }

  static CheckCoverageRequest Use(const std::string& using_side, const std::string& issuing) {
    CheckCoverageRequest request;
    request.set_using_jurisdiction(using_side);
    request.set_issuing_jurisdiction(issuing);
    request.set_type_code(kDrivingLicenceType);
    request.set_scenario("government-service");
    return request;
  }

  // The answer of the using side's node to its platform.
  static CheckCoverageResponse Covered(const CheckCoverageRequest& request) {
    const std::string& side = request.using_jurisdiction();
    CheckCoverageResponse response;
    const grpc::Status status =
        Call<CatalogueService>(federation().Api(MemberOf(side), absl::StrCat("platform-", side)),
                               &CatalogueService::Stub::CheckCoverage, request, &response);
    EXPECT_TRUE(status.ok()) << ReasonIn(status);
    return response;
  }
  static std::string ReasonAt(CheckCoverageRequest request, absl::Time at) {
    *request.mutable_at() = ToTimestamp(at);
    const CheckCoverageResponse response = Covered(request);
    return response.covered() ? "COVERED" : response.reason().reason();
  }

  static std::string AnswerIn(const std::string& using_side, const std::string& issuing,
                              RecognizeResponse* response) {
    const grpc::Status status = Recognize(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing))),
        response);
    return status.ok() ? InWords(*response) : ReasonIn(status);
  }

  static absl::Status StageAndSign(const std::string& jurisdiction, const char* flag,
                                   const std::string& text) {
    const std::string member = MemberOf(jurisdiction);
    absl::Status staged = federation().Stage(member, {flag, jurisdiction}, text);
    if (!staged.ok()) return staged;
    return federation().Sign(member, absl::StrCat("j-", jurisdiction));
  }
  static absl::Status PublishIn(const std::string& jurisdiction, const char* flag,
                                const std::string& text) {
    absl::Status staged = StageAndSign(jurisdiction, flag, text);
    return staged.ok() ? federation().Publish(MemberOf(jurisdiction)) : staged;
  }

  // What mrgctl prints as the auditor of the member.
  static Ran Catalogue(const std::string& member, std::vector<std::string> words) {
    words.insert(words.begin(), "catalogue");
    words.insert(words.end(), {"--address", federation().Address(member, "api"), "--cert",
                               federation().Path(member, "tls/auditor.pem"), "--key",
                               federation().Path(member, "tls/auditor.key"), "--ca",
                               federation().Path(member, "tls/ca.pem")});
    return federation().Mrgctl(words);
  }
};

TEST_F(CatalogueScenario, EachNodeShowsWhatAllMembersPublished) {
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    const auto auditor = federation().Api(member, "auditor");
    GetCredentialTypeRequest type;
    type.set_jurisdiction("50");
    type.set_type_code(kDrivingLicenceType);
    GetCredentialTypeResponse shown;
    EXPECT_TRUE(WaitUntil([&] {
      return Call<CatalogueService>(auditor, &CatalogueService::Stub::GetCredentialType, type,
                                    &shown)
          .ok();
    })) << member;
    EXPECT_EQ(shown.credential_type().entry().name(), "机动车驾驶证") << member;
    EXPECT_EQ(shown.elements_size(), shown.credential_type().entry().elements_size());

    ListAgreementsRequest request;
    request.set_agreement_id("cross-region-sample");
    ListAgreementsResponse agreements;
    ASSERT_TRUE(Call<CatalogueService>(auditor, &CatalogueService::Stub::ListAgreements, request,
                                       &agreements)
                    .ok());
    ASSERT_GE(agreements.agreements_size(), 1) << member;
    EXPECT_EQ(agreements.agreements(0).listed_by_size(), 6) << member;
    EXPECT_EQ(agreements.agreements(0).standings_size(), 15) << member;
  }
}

TEST_F(CatalogueScenario, CoverageAnswersForThePastAndTheFuture) {
  const absl::Time now = RealClock().Now();

  EXPECT_EQ(ReasonAt(Use("31", "50"), now), "COVERED");
  EXPECT_EQ(ReasonAt(Use("31", "50"), absl::FromUnixSeconds(1735660800)), "COVERED");
  EXPECT_EQ(ReasonAt(Use("31", "50"), absl::FromUnixSeconds(1735660799)), "AGREEMENT_NOT_IN_FORCE");
  CheckCoverageRequest unknown = Use("31", "50");
  unknown.set_scenario("space-travel");
  EXPECT_EQ(ReasonAt(unknown, now), "SCENARIO_UNKNOWN");

  // A repeal that is yet to take effect: published now, seen in the future only.
  gateway::v1::Repeal repeal;
  repeal.set_agreement_id("chuanyu-2022");
  const absl::Time end = now + absl::Hours(1);
  *repeal.mutable_effective_from() = ToTimestamp(end);
  std::string text;
  google::protobuf::TextFormat::PrintToString(repeal, &text);
  ASSERT_EQ(ReasonAt(Use("51", "50"), end), "COVERED");
  const absl::Status published = PublishIn("51", "--repeal", text);
  ASSERT_TRUE(published.ok()) << published;
  EXPECT_EQ(ReasonAt(Use("51", "50"), now), "COVERED");
  EXPECT_EQ(ReasonAt(Use("51", "50"), end - absl::Microseconds(1)), "COVERED");
  EXPECT_EQ(ReasonAt(Use("51", "50"), end), "AGREEMENT_NOT_IN_FORCE");
  RecognizeResponse response;
  EXPECT_EQ(AnswerIn("51", "50", &response), "RECOGNIZED");
}

TEST_F(CatalogueScenario, ARevisionWithAnotherPackTakesEffectPairByPair) {
  const std::string pack =
      WithReplaced(ShippedFile(kDeltaPack), "\nversion: \"1\"", "\nversion: \"2\"");
  std::string revision = WithReplaced(CrossRegionAgreement(), "\nrevision: 1\n", "\nrevision: 2\n");
  const std::string old_pack = absl::BytesToHexString(Sha256(ShippedFile(kDeltaPack)));
  revision = WithReplaced(
      revision, absl::StrCat("version: \"1\"\n  sha256: \"", old_pack),
      absl::StrCat("version: \"2\"\n  sha256: \"", absl::BytesToHexString(Sha256(pack))));
  ASSERT_EQ(Covered(Use("31", "50")).target_pack().version(), "1");

  ASSERT_TRUE(StageAndSign("31", "--pack", pack).ok());
  absl::Status published = PublishIn("31", "--agreement", revision);
  ASSERT_TRUE(published.ok()) << published;
  EXPECT_EQ(Covered(Use("31", "50")).agreement().revision(), 1u) << "one side does not enact it";
  published = PublishIn("50", "--agreement", revision);
  ASSERT_TRUE(published.ok()) << published;

  ASSERT_TRUE(WaitUntil([] { return Covered(Use("31", "50")).agreement().revision() == 2; }));
  EXPECT_EQ(Covered(Use("31", "50")).target_pack().version(), "2");
  EXPECT_EQ(Covered(Use("32", "50")).agreement().revision(), 1u) << "32 has not signed it";
  EXPECT_EQ(Covered(Use("32", "50")).target_pack().version(), "1");
  EXPECT_EQ(Covered(Use("31", "51")).target_pack().version(), "1");
  // Recognition rests on what coverage said.
  for (const auto& [side, version] : {std::pair("31", "2"), std::pair("32", "1")}) {
    RecognizeResponse response;
    ASSERT_EQ(AnswerIn(side, "50", &response), "RECOGNIZED");
    const auto record =
        CheckReceipt(CanonicalBytes(response.receipt()), federation().LogKeys(kDelta));
    ASSERT_TRUE(record.ok()) << record.status();
    std::vector<std::string> paths;
    for (const auto& target : record->targets_used()) paths.push_back(target.path());
    EXPECT_THAT(paths,
                Contains(absl::StrCat("31/packs/11100000XX0000019L003/delta-reply/", version)));
    EXPECT_THAT(paths, Contains(absl::StrCat("50/agreements/cross-region-sample/", version)));
  }
}

TEST_F(CatalogueScenario, ASecondAgreementForAPairAndTypeIsRefusedWithBothNamed) {
  const std::string second =
      WithReplaced(CrossRegionAgreement(), "\nid: \"cross-region-sample\"", "\nid: \"second\"");
  const absl::Status first_side = PublishIn("50", "--agreement", second);
  ASSERT_TRUE(first_side.ok()) << first_side << ": nobody else lists it";
  ListAgreementsRequest request;
  request.set_agreement_id("second");
  ASSERT_TRUE(WaitUntil([&] {
    ListAgreementsResponse response;
    return Call<CatalogueService>(federation().Api(kDelta, "auditor"),
                                  &CatalogueService::Stub::ListAgreements, request, &response)
               .ok() &&
           response.agreements_size() == 1;
  }));
  const auto before = federation().TrustState(kDelta);

  const absl::Status refused = PublishIn("33", "--agreement", second);

  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("AGREEMENT_CONFLICT"), HasSubstr("cross-region-sample and second")));
  const auto after = federation().TrustState(kDelta);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->snapshot_id(), before->snapshot_id());
  EXPECT_EQ(Covered(Use("32", "50")).agreement().agreement_id(), "cross-region-sample");
  // Nor is a published text taken back.
  ASSERT_TRUE(federation().Trust(kChuanyu, {"stage", "--remove", "50/agreements/second/1"}).ok());
  ASSERT_TRUE(federation().Sign(kChuanyu, "j-50").ok());
  EXPECT_THAT(std::string(federation().Publish(kChuanyu).message()),
              HasSubstr("AGREEMENT_REWRITTEN"));
}

TEST_F(CatalogueScenario, MrgctlShowsTypesAgreementsScenariosAndCoverage) {
  const Ran types = Catalogue(kDelta, {"types", "--jurisdiction", "31"});
  EXPECT_EQ(types.code, 0) << types.err;
  EXPECT_THAT(types.out, HasSubstr("31 11100000XX0000019L003 "));
  const Ran type =
      Catalogue(kDelta, {"type", "--jurisdiction", "31", "--type", kDrivingLicenceType});
  EXPECT_THAT(type.out, HasSubstr("M certificateNumber 证照编号, TEXT"));
  const Ran agreements = Catalogue(
      kHub, {"agreements", "--agreement", "changsanjiao-2020", "--at", "2026-01-01T00:00:00Z"});
  EXPECT_THAT(agreements.out, HasSubstr("31-32 IN_FORCE [")) << agreements.err;
  const Ran scenarios = Catalogue(kDelta, {"scenarios"});
  EXPECT_THAT(scenarios.out, HasSubstr("government-service 政务服务"));
  const std::vector<std::string> coverage = {
      "coverage", "--using",           "31",         "--issuing",         "51",
      "--type",   kDrivingLicenceType, "--scenario", "government-service"};
  EXPECT_THAT(Catalogue(kDelta, coverage).out,
              AllOf(HasSubstr("covered 可用"), HasSubstr("cross-region-sample revision 1 rule"),
                    HasSubstr("target pack 31/packs/11100000XX0000019L003/delta-reply/1"),
                    HasSubstr("certificateNumber: given")));
  std::vector<std::string> past = coverage;
  past.insert(past.end(), {"--at", "2020-01-01T00:00:00+08:00"});
  const Ran not_yet = Catalogue(kDelta, past);
  EXPECT_EQ(not_yet.code, 0);
  EXPECT_THAT(not_yet.out, HasSubstr("not covered 不可用: AGREEMENT_NOT_IN_FORCE"));
  EXPECT_EQ(
      Catalogue(kDelta, {"type", "--jurisdiction", "31", "--type", "11100000XX0000019L099"}).code,
      1);
}

}  // namespace
}  // namespace mrg
