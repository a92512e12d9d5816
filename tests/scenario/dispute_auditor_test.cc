// An auditor of two members follows a dispute between them, and learns nothing that people wrote.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using dispute::v1::DisputeQueueService;
using dispute::v1::DisputeService;
using testing::HasSubstr;

constexpr char kFilersWords[] = "canary-of-the-filer 住址有误";
constexpr char kEnglishWords[] = "canary-in-english";
constexpr char kChineseWords[] = "canary-in-chinese 不予受理";

class DisputeAuditor : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  static grpc::Status Get(absl::string_view member, const std::string& identity,
                          const std::string& dispute, dispute::v1::GetDisputeResponse* response) {
    dispute::v1::GetDisputeRequest request;
    request.set_dispute(dispute);
    return Call<DisputeService>(federation().Api(member, identity),
                                &DisputeService::Stub::GetDispute, request, response);
  }

  // What `mrgctl dispute` shows to the member's auditor.
  static std::string Shown(absl::string_view member, std::vector<std::string> words) {
    words.insert(words.begin(), "dispute");
    words.insert(words.end(), {"--address", federation().Address(member, "api"), "--cert",
                               federation().Path(member, "tls/auditor.pem"), "--key",
                               federation().Path(member, "tls/auditor.key"), "--ca",
                               federation().Path(member, "tls/ca.pem")});
    const Ran ran = federation().Mrgctl(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out + ran.err;
  }
};

TEST_F(DisputeAuditor, D07_AnAuditorSeesTheCaseAndNoByteOfItsContent) {
  const std::string document = DrivingLicence("50", 21);
  const auto asked =
      Question("31", "50", SignedBy(*IssuerKey(federation(), "issuer", "50"), document));
  gateway::v1::RecognizeResponse answer;
  ASSERT_TRUE(Recognize(federation().Api(kDelta, "platform-31"), asked, &answer).ok());
  dispute::v1::FileDisputeRequest filing;
  filing.set_request_id(NewRequestId());
  filing.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  filing.set_receipt(CanonicalBytes(answer.receipt()));
  filing.set_document(document);
  filing.set_description(kFilersWords);
  dispute::v1::FileDisputeResponse filed;
  ASSERT_EQ(ReasonIn(Call<DisputeService>(federation().Api(kDelta, "platform-31"),
                                          &DisputeService::Stub::FileDispute, filing, &filed)),
            "OK");
  const std::string& dispute = filed.dispute().name();
  dispute::v1::GetDisputeResponse before;
  ASSERT_TRUE(WaitUntil([&] { return Get(kChuanyu, "worker-intake-50", dispute, &before).ok(); }));
  dispute::v1::RefuseDisputeRequest refusal;
  refusal.set_request_id(NewRequestId());
  refusal.set_dispute(dispute);
  refusal.set_explanation_en(kEnglishWords);
  refusal.set_explanation_zh(kChineseWords);
  dispute::v1::RefuseDisputeResponse refused;
  ASSERT_EQ(ReasonIn(Call<DisputeQueueService>(federation().Api(kChuanyu, "worker-intake-50"),
                                               &DisputeQueueService::Stub::RefuseDispute, refusal,
                                               &refused)),
            "OK");
  dispute::v1::GetDisputeResponse filers;
  ASSERT_TRUE(WaitUntil([&] {
    return Get(kDelta, "platform-31", dispute, &filers).ok() &&
           filers.dispute().state() == dispute::v1::DISPUTE_STATE_REFUSED;
  }));
  ASSERT_EQ(filers.dispute().description(), kFilersWords);
  ASSERT_EQ(filers.dispute().explanation_zh(), kChineseWords);

  for (const char* member : {kDelta, kChuanyu}) {
    dispute::v1::GetDisputeResponse got;
    ASSERT_EQ(ReasonIn(Get(member, "auditor", dispute, &got)), "OK") << member;
    dispute::v1::ListDisputesResponse page;
    ASSERT_EQ(ReasonIn(Call<DisputeService>(federation().Api(member, "auditor"),
                                            &DisputeService::Stub::ListDisputes, {}, &page)),
              "OK")
        << member;
    const std::string list = Shown(member, {"list"});
    const std::string one = Shown(member, {"get", "--dispute", dispute});
    const std::string everything =
        absl::StrCat(got.SerializeAsString(), page.SerializeAsString(), list, one);

    for (const std::string& shown : {list, one}) {
      EXPECT_THAT(shown,
                  testing::AllOf(HasSubstr(dispute), HasSubstr("FACE_INFORMATION_ERROR"),
                                 HasSubstr("issued in 50 签发, used in 31"), HasSubstr("REFUSED"),
                                 HasSubstr("sichuan-chongqing"), HasSubstr("ended 结束: ")))
          << member;
    }
    EXPECT_EQ(got.events_size(), 0) << member;
    for (const std::string& hidden :
         {std::string(kFilersWords), std::string(kEnglishWords), std::string(kChineseWords),
          std::string("canary"), LicenceNumber("50", 21), filers.dispute().filer(),
          filers.dispute().receipt_sha256(), filing.receipt()}) {
      EXPECT_FALSE(absl::StrContains(everything, hidden)) << member << ": " << hidden;
    }
  }
}

}  // namespace
}  // namespace mrg
