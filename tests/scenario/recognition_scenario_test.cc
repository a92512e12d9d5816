// A platform's calls from end to end: what is recognised between which jurisdictions, what is
// refused and why, what the receipt proves, and what a repeated call gets.

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "tests/federation/child_process.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;
using gateway::v1::TranslationService;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

class RecognitionScenario : public RecognitionSuite {
 protected:
  // Asks in Shanghai about the Jiangsu sample after `edit`.
  std::string Answer(const std::function<void(RecognizeRequest*)>& edit) {
    RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
    edit(&request);
    return AnswerTo(Platform(request.using_jurisdiction()), request);
  }
};

Json Parsed(const std::string& document) { return Json::parse(document); }

TEST_F(RecognitionScenario, AJiangsuLicenceIsRecognizedInShanghaiFieldByField) {
  const std::string document = DrivingLicence("32");

  const RecognizeResponse response = Recognized(Question("31", "32", Signed("32", document)));

  EXPECT_EQ(InWords(response), "RECOGNIZED");
  EXPECT_EQ(response.translated().standard(), "delta-reply");
  EXPECT_EQ(Parsed(response.translated().document()), Parsed(document));
}

TEST_F(RecognitionScenario, AChongqingLicenceIsRecognizedInShanghaiAndTranslatedFieldByField) {
  const RecognizeResponse response =
      Recognized(Question("31", "50", Signed("50", DrivingLicence("50"))));

  EXPECT_EQ(InWords(response), "RECOGNIZED");
  EXPECT_EQ(response.translated().standard(), "delta-reply");
  EXPECT_EQ(Parsed(response.translated().document()), Parsed(R"({
    "name": "机动车驾驶证",
    "id_code": "50010319000101001X",
    "license_status": "ISSUED",
    "holder_identity_type": "111",
    "holder_identity_num": "50010319000101001X",
    "holder_name": "样例丁",
    "issue_org_name": "样例市公安局交通管理局",
    "issue_org_code": "11500000YY000001XT",
    "issue_date": "2026-01-05 00:00:00",
    "begin_date": "2026-01-05 00:00:00",
    "expiry_date": "2036-01-05 00:00:00",
    "division": "500103",
    "data_fields": "[{\"valueType\":\"string\",\"name\":\"性别\",\"value\":\"男\"},{\"valueType\":\"string\",\"name\":\"国籍\",\"value\":\"中国\"},{\"valueType\":\"string\",\"name\":\"住址\",\"value\":\"样例区样例路4号\"},{\"valueType\":\"string\",\"name\":\"出生日期\",\"value\":\"1900-01-01\"},{\"valueType\":\"string\",\"name\":\"初次领证日期\",\"value\":\"1930-01-05\"},{\"valueType\":\"string\",\"name\":\"准驾车型\",\"value\":\"C1C6\"},{\"valueType\":\"string\",\"name\":\"档案编号\",\"value\":\"500103000001\"},{\"valueType\":\"string\",\"name\":\"累积记分\",\"value\":\"3\"}]"
  })"));
}

TEST_F(RecognitionScenario, AJiangsuLicenceIsRecognizedInChongqingAndTranslatedFieldByField) {
  const RecognizeResponse response =
      Recognized(Question("50", "32", Signed("32", DrivingLicence("32"))));

  EXPECT_EQ(InWords(response), "RECOGNIZED");
  EXPECT_EQ(response.translated().standard(), "cq-sample");
  EXPECT_EQ(Parsed(response.translated().document()), Parsed(R"({
    "certificateTypeName": "机动车驾驶证",
    "certificateNumber": "320101190001010013",
    "certificateStatus": "01",
    "holder": [{"name": "样例乙", "code": "320101190001010013", "typeCode": "111"}],
    "issuer": {"name": "样例市公安局交通警察支队", "code": "11320000YY000001XM"},
    "areaCode": "320100",
    "issuedDate": "2026年01月05日",
    "effectiveDate": "2026年01月05日",
    "expiringDate": "2032年01月05日",
    "surface": {"xb": "1", "gj": "CHN", "zz": "样例市样例街2号", "csrq": "1900年01月01日",
                "ccllrq": "1920年01月05日", "zjcx": ["A2", "D"], "dabh": "320100000001", "ljjf": 0}
  })"));
}

TEST_F(RecognitionScenario, EachRefusalReachesTheCallerWithItsReason) {
  const auto document = [](const std::string& text) {
    return [text](RecognizeRequest* request) {
      request->mutable_presentation()->mutable_detached()->set_document(text);
    };
  };
  EXPECT_EQ(Answer([](RecognizeRequest*) {}), "RECOGNIZED");
  EXPECT_EQ(Answer(document(WithReplaced(DrivingLicence("32"), "A2D", "A1D"))),
            "NOT_RECOGNIZED SIGNATURE_INVALID");
  EXPECT_EQ(Answer([&](RecognizeRequest* request) {
              *request->mutable_presentation() =
                  SignedBy(*IssuerKey(federation(), "unlisted", "32"), DrivingLicence("32"));
            }),
            "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  EXPECT_EQ(Answer([](RecognizeRequest* request) { request->set_type_code(kUnagreedType); }),
            "NO_RULE TYPE_NOT_COVERED");
  EXPECT_EQ(
      Answer([](RecognizeRequest* request) { request->set_type_code("11100000XX0000019L077"); }),
      "NO_RULE TYPE_UNKNOWN");
  EXPECT_EQ(Answer([](RecognizeRequest* request) { request->set_scenario("school-enrolment"); }),
            "NO_RULE SCENARIO_UNKNOWN");
  EXPECT_EQ(Answer([](RecognizeRequest* request) { request->set_issuing_jurisdiction("11"); }),
            "NO_RULE JURISDICTION_UNKNOWN");
  EXPECT_EQ(Answer([](RecognizeRequest* request) { request->set_document_standard("gd-sample"); }),
            "NO_RULE STANDARD_UNKNOWN");
  EXPECT_EQ(Answer([](RecognizeRequest* request) { request->set_target_standard("gd-sample"); }),
            "NO_RULE STANDARD_UNKNOWN");
  EXPECT_EQ(
      Answer([](RecognizeRequest* request) { request->set_document_standard(kPacklessStandard); }),
      "NO_RULE NO_PACK");
  EXPECT_EQ(Answer([](RecognizeRequest* request) {
              request->mutable_expected_holder()->set_name("样例丙");
            }),
            "NOT_RECOGNIZED HOLDER_MISMATCH");
  EXPECT_EQ(Answer([](RecognizeRequest* request) {
              request->mutable_expected_holder()->set_name("样例乙");
              request->mutable_expected_holder()->set_code(LicenceNumber("32", 1));
            }),
            "RECOGNIZED");
  EXPECT_EQ(Answer([&](RecognizeRequest* request) {
              *request->mutable_presentation() = Signed(
                  "32", WithReplaced(DrivingLicence("32"), "2032-01-05 00:00:00", "2026-02-05"));
            }),
            "NOT_RECOGNIZED LICENCE_EXPIRED");
  EXPECT_EQ(Answer([&](RecognizeRequest* request) {
              *request->mutable_presentation() =
                  Signed("32", WithReplaced(DrivingLicence("32"), "ISSUED", "ABOLISHED"));
            }),
            "NOT_RECOGNIZED CODE_UNKNOWN");
  EXPECT_EQ(Answer([&](RecognizeRequest* request) {
              *request->mutable_presentation() = Signed(
                  "32",
                  WithReplaced(DrivingLicence("32"), "320101190001010013", "320101190001010014"));
            }),
            "NOT_RECOGNIZED CHECK_DIGIT_WRONG");
}

TEST_F(RecognitionScenario, AScenarioThatDoesNotCoverTheTypeIsNoRule) {
  RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
  request.set_type_code(kBusinessLicenceType);
  request.set_scenario("traffic-check");

  EXPECT_EQ(AnswerTo(Platform("31"), request), "NO_RULE SCENARIO_NOT_COVERED");
}

TEST_F(RecognitionScenario, ARefusedLicenceGivesNoDocument) {
  RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
  request.mutable_expected_holder()->set_name("样例丙");

  const RecognizeResponse response = Recognized(request);

  EXPECT_FALSE(response.has_translated());
  ASSERT_EQ(response.reasons_size(), 1);
  EXPECT_EQ(response.reasons(0).message(), "the holder is not the expected one");
  EXPECT_EQ(response.reasons(0).message_zh(), "持证主体与预期不符");
}

TEST_F(RecognitionScenario, AnElementThatIsNotAllowedIsWithheldAndReported) {
  RecognizeRequest request = Question("31", "50", Signed("50", DrivingLicence("50")));
  request.set_scenario("traffic-check");
  request.add_requested_elements("face.driver.vehicleClasses");
  request.add_requested_elements("certificateHolderName");
  request.add_requested_elements("face.driver.address");

  const RecognizeResponse response = Recognized(request);

  EXPECT_EQ(InWords(response), "RECOGNIZED");
  const std::string& document = response.translated().document();
  EXPECT_THAT(document, HasSubstr("样例丁"));
  EXPECT_THAT(document, HasSubstr("C1C6"));
  EXPECT_THAT(document, Not(HasSubstr("样例区样例路4号")));
  EXPECT_THAT(document, Not(HasSubstr(LicenceNumber("50", 1)))) << "it was not asked for";
  std::vector<std::string> withheld;
  for (const auto& report : response.translated().reports()) {
    if (report.outcome() != gateway::v1::ELEMENT_OUTCOME_WITHHELD) continue;
    withheld.push_back(absl::StrCat(report.element_id(), " ", report.reason()));
  }
  EXPECT_THAT(withheld, testing::ElementsAre("face.driver.address ELEMENT_NOT_ALLOWED"));
}

TEST_F(RecognitionScenario, TheReceiptIsVerifiedInProcessAndByMrgctl) {
  const std::string document = DrivingLicence("50");
  const RecognizeResponse response = Recognized(Question("31", "50", Signed("50", document)));
  const std::string bytes = CanonicalBytes(response.receipt());
  const std::string receipt = WriteFile("receipt", bytes);
  const std::string licence = WriteFile("licence.json", document);
  const std::string keys = federation().Path(kDelta, "repository/targets/log-keys");

  const auto record = Checked(kDelta, response.receipt());
  const Ran verified = federation().Mrgctl(
      {"receipt", "verify", "--receipt", receipt, "--log-keys", keys, "--document", licence});

  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->outcome(), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_EQ(record->caller_spiffe_id(),
            "spiffe://yangtze-delta.mrg.example/jurisdiction/31/platform/portal");
  EXPECT_EQ(record->epoch(), 1u);
  EXPECT_TRUE(CheckCommitment(*record, response.receipt().salt(), document).ok());
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("receipt holds"));
  EXPECT_THAT(verified.out, HasSubstr("sichuan-chongqing status version"));

  // Another document, another log's keys, one bit.
  const std::string other = WriteFile("other.json", DrivingLicence("32"));
  EXPECT_EQ(federation()
                .Mrgctl({"receipt", "verify", "--receipt", receipt, "--log-keys", keys,
                         "--document", other})
                .code,
            1);
  const std::string foreign = federation().Path(kChuanyu, "repository/targets/log-keys");
  EXPECT_EQ(
      federation().Mrgctl({"receipt", "verify", "--receipt", receipt, "--log-keys", foreign}).code,
      1);
  std::string altered = bytes;
  altered[altered.size() / 2] ^= 1;
  const Ran refused = federation().Mrgctl(
      {"receipt", "verify", "--receipt", WriteFile("altered", altered), "--log-keys", keys});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("RECEIPT_"));
}

TEST_F(RecognitionScenario, ARepeatedRequestGetsTheSameReceiptOnceInTheLogAlsoAfterARestart) {
  RecognizeRequest request = Question("31", "50", Signed("50", DrivingLicence("50")));
  const RecognizeResponse first = Recognized(request);
  const uint64_t size = federation().LogSize(kDelta);

  const RecognizeResponse second = Recognized(request);
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  const RecognizeResponse third = Recognized(request);

  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(third.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(RecognitionScenario, M10_MembersBeyondTheStandardReachTheCallerByPathAlone) {
  const std::string document =
      WithReplaced(DrivingLicence("50"), "\"areaCode\"", "\"bloodGroup\":\"secret\",\"areaCode\"");

  const RecognizeResponse response = Recognized(Question("31", "50", Signed("50", document)));

  EXPECT_EQ(InWords(response), "RECOGNIZED");
  EXPECT_EQ(response.undeclared_members().count(), 1u);
  ASSERT_EQ(response.undeclared_members().reports_size(), 1);
  EXPECT_EQ(response.undeclared_members().reports(0).path(), "bloodGroup");
  EXPECT_EQ(response.undeclared_members().reports(0).reason(), "UNDECLARED_MEMBER");
  EXPECT_THAT(response.SerializeAsString(), Not(HasSubstr("secret")));
}

TEST_F(RecognitionScenario, L1_NoDataFolderShowsALicenceTagKey) {
  ASSERT_EQ(InWords(Recognized(Question("31", "50", Signed("50", DrivingLicence("50"))))),
            "RECOGNIZED")
      << "the Delta's node holds the key of Chongqing";

  for (const char* member : {kHub, kDelta, kChuanyu}) {
    for (const char* jurisdiction : {"31", "32", "50", "51"}) {
      const char* const owner = std::string(jurisdiction) < "50" ? kDelta : kChuanyu;
      const std::string key = ReadIfThere(
          federation().Path(owner, absl::StrCat("keys/online/epoch-", jurisdiction, ".key")));
      ASSERT_GE(key.size(), 32u);
      EXPECT_FALSE(AnyFileHolds(federation().Path(member, "data"), key))
          << jurisdiction << " at " << member;
    }
  }
}

TEST_F(RecognitionScenario, TwoCallersMayUseTheSameRequestId) {
  RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
  const RecognizeResponse shanghai = Recognized(request);
  request.set_using_jurisdiction("33");

  const RecognizeResponse zhejiang = Recognized(request);

  EXPECT_EQ(InWords(zhejiang), "RECOGNIZED");
  EXPECT_NE(zhejiang.receipt().index(), shanghai.receipt().index());
}

TEST_F(RecognitionScenario, TranslateGivesTheDocumentWithoutJudgingOrRecording) {
  TranslateRequest request;
  request.set_using_jurisdiction("31");
  request.set_issuing_jurisdiction("50");
  request.set_type_code(kDrivingLicenceType);
  request.set_scenario("government-service");
  request.set_document_standard("cq-sample");
  request.set_document(DrivingLicence("50"));
  const RecognizeResponse recognized =
      Recognized(Question("31", "50", Signed("50", DrivingLicence("50"))));
  const uint64_t size = federation().LogSize(kDelta);
  TranslateResponse response;

  const grpc::Status status = Call<TranslationService>(
      Platform("31"), &TranslationService::Stub::Translate, request, &response);

  ASSERT_TRUE(status.ok()) << ReasonIn(status);
  EXPECT_EQ(response.standard(), "delta-reply");
  EXPECT_EQ(response.document(), recognized.translated().document());
  EXPECT_EQ(response.reports_size(), recognized.translated().reports_size());
  EXPECT_EQ(federation().LogSize(kDelta), size);

  request.set_document(
      WithReplaced(DrivingLicence("50"), "\"areaCode\"", "\"bloodGroup\":\"A\",\"areaCode\""));
  ASSERT_TRUE(Call<TranslationService>(Platform("31"), &TranslationService::Stub::Translate,
                                       request, &response)
                  .ok());
  ASSERT_EQ(response.undeclared_members().reports_size(), 1);
  EXPECT_EQ(response.undeclared_members().reports(0).path(), "bloodGroup");

  request.set_scenario("school-enrolment");
  EXPECT_EQ(ReasonIn(Call<TranslationService>(Platform("31"), &TranslationService::Stub::Translate,
                                              request, &response)),
            "SCENARIO_UNKNOWN");
}

}  // namespace
}  // namespace mrg
