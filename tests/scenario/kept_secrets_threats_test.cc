// What a node keeps that others must not find on its disk: the salts of decisions that were erased
// or whose time has passed, and licence-tag keys of other members beside another secret.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "tests/federation/child_process.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/clock_shift.h"

namespace mrg {
namespace {

using dispute::v1::DisputeService;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using ::testing::HasSubstr;
using ::testing::Not;

class KeptSecrets : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    clock_ = std::make_unique<ClockShift>(absl::StrCat(testing::TempDir(), "/clock-shift"));
    FederationOptions options;
    for (const char* member : {kHub, kDelta, kChuanyu}) options.run_by[member] = clock_->RunBy();
    StartOnce(std::move(options));
  }

  // A question of Shanghai about a licence of Chongqing.
  static gateway::v1::RecognizeRequest Asked(int sequence) {
    return Question(
        "31", "50",
        SignedBy(*IssuerKey(federation(), "issuer", "50"), DrivingLicence("50", sequence)));
  }
  static std::string Answer(int sequence) {
    return AnswerTo(federation().Api(kDelta, "platform-31"), Asked(sequence));
  }
  static gateway::v1::Receipt Decided(const gateway::v1::RecognizeRequest& asked) {
    gateway::v1::RecognizeResponse answer;
    const grpc::Status status = Recognize(federation().Api(kDelta, "platform-31"), asked, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.receipt();
  }
  static bool IsOnDisk(const std::string& bytes, const char* member = kDelta) {
    return AnyFileHolds(federation().Path(member, "data"), bytes);
  }
  // Files a dispute over the decision, and waits until it is at its owner, Chuanyu's node.
  static void Dispute(const gateway::v1::RecognizeRequest& asked,
                      const gateway::v1::Receipt& receipt) {
    FileDisputeRequest request;
    request.set_request_id(NewRequestId());
    request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
    request.set_receipt(CanonicalBytes(receipt));
    request.set_document(asked.presentation().detached().document());
    request.set_description("住址有误");
    FileDisputeResponse filed;
    EXPECT_EQ(ReasonIn(Call<DisputeService>(federation().Api(kDelta, "platform-31"),
                                            &DisputeService::Stub::FileDispute, request, &filed)),
              "OK");
    GetDisputeRequest wanted;
    wanted.set_dispute(filed.dispute().name());
    EXPECT_TRUE(WaitUntil([&wanted] {
      GetDisputeResponse response;
      return Call<DisputeService>(federation().Api(kChuanyu, "worker-intake-50"),
                                  &DisputeService::Stub::GetDispute, wanted, &response)
          .ok();
    }));
  }

  static inline std::unique_ptr<ClockShift> clock_;
};

using Threat = KeptSecrets;

TEST_F(Threat, L1_FolderBesideAnotherSecretSaysSoAndGetsItsKeysAgain) {
  ASSERT_EQ(Answer(1), "RECOGNIZED");
  const std::string secret = federation().Path(kDelta, "keys/online/idempotency.key");
  const std::string first = ReadIfThere(secret);
  ASSERT_GE(first.size(), 32u);
  EXPECT_THAT(federation().LogOf(kDelta), Not(HasSubstr("epoch_keys_unopened")));

  ASSERT_EQ(federation().StopNode(kDelta), 0);
  WriteTestFile(secret, std::string(32, 'x'), 0600);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());

  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("keys.idempotency_path"));
  EXPECT_TRUE(WaitUntil([] { return Answer(1) == "RECOGNIZED"; })) << Answer(1);

  ASSERT_EQ(federation().StopNode(kDelta), 0);
  WriteTestFile(secret, first, 0600);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(WaitUntil([] { return Answer(1) == "RECOGNIZED"; })) << Answer(1);
}

TEST_F(Threat, R19_M12_SaltStandsInOneStoreAndErasedInNoneAlthoughItsRecordIsDisputed) {
  const gateway::v1::RecognizeRequest asked = Asked(3);
  const gateway::v1::Receipt receipt = Decided(asked);
  const gateway::v1::Receipt other = Decided(Asked(4));
  Dispute(asked, receipt);
  EXPECT_TRUE(IsOnDisk(receipt.salt())) << "by it the test would be seen to fail";
  EXPECT_FALSE(IsOnDisk(receipt.salt(), kChuanyu));

  const std::string file = federation().Path(kDelta, "disputed.receipt");
  WriteTestFile(file, CanonicalBytes(receipt));
  const std::vector<std::string> erase = {
      "receipt",   "erase-salt",
      "--address", absl::StrCat("unix:", federation().Path(kDelta, "run/admin.sock")),
      "--receipt", file,
      "--because", "the holder asked for it"};
  const Ran erased = federation().Mrgctl(erase);

  EXPECT_EQ(erased.code, 0) << erased.err;
  EXPECT_THAT(erased.out, HasSubstr("salt erased"));
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    EXPECT_FALSE(IsOnDisk(receipt.salt(), member)) << member;
  }
  EXPECT_EQ(federation().Mrgctl(erase).out, erased.out) << "a repeat says the same";
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("salt_erased"));
  // The request is not answered again, and not decided anew either; what others asked is.
  const uint64_t size = federation().LogSize(kDelta);
  gateway::v1::RecognizeResponse again;
  EXPECT_EQ(ReasonIn(Recognize(federation().Api(kDelta, "platform-31"), asked, &again)),
            "SALT_ERASED");
  EXPECT_EQ(federation().LogSize(kDelta), size);
  EXPECT_TRUE(IsOnDisk(other.salt()));
  // Who holds the receipt can still prove what it is about.
  const std::string document = federation().Path(kDelta, "disputed.json");
  WriteTestFile(document, asked.presentation().detached().document());
  const Ran verified =
      federation().Mrgctl({"receipt", "verify", "--receipt", file, "--document", document,
                           "--log-keys", federation().Path(kDelta, "repository/targets/log-keys")});
  EXPECT_EQ(verified.code, 0) << verified.err;
}

// The last one, since the clock of all goes ahead for good.
TEST_F(Threat, R19_M12_SaltsWhoseTimeHasPassedAreOnNoDisk) {
  ASSERT_TRUE(federation().Reconfigure(kDelta, "salt_retention_days: 1").ok());
  const std::string salt = Decided(Asked(2)).salt();
  ASSERT_TRUE(IsOnDisk(salt));
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(IsOnDisk(salt)) << "its time has not passed";

  clock_->Set(absl::Hours(25));
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());

  EXPECT_TRUE(WaitUntil([&] { return !IsOnDisk(salt); }));
  EXPECT_TRUE(WaitUntil([] {
    return testing::Value(federation().LogOf(kDelta), HasSubstr("salts_past_retention"));
  }));
}

}  // namespace
}  // namespace mrg
