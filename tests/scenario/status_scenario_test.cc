// An issuing authority changes the status of a licence, and both regions heed it.

#include <string>

#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusAction;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::HasSubstr;

class StatusScenario : public RecognitionSuite {
 protected:
  static SetLicenceStatusRequest Change(int sequence, LicenceStatusAction action) {
    SetLicenceStatusRequest request;
    request.set_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(LicenceNumber("32", sequence));
    request.set_action(action);
    request.set_request_id(NewRequestId());
    return request;
  }

  static grpc::Status Set(const SetLicenceStatusRequest& request, int64_t* version) {
    SetLicenceStatusResponse response;
    const grpc::Status status =
        Call<StatusService>(federation().Api(kDelta, "authority-32"),
                            &StatusService::Stub::SetLicenceStatus, request, &response);
    *version = response.status_version();
    return status;
  }

  // What Shanghai and Chongqing say of the licence once both have the version.
  static std::string BothSay(int sequence, int64_t version) {
    EXPECT_TRUE(federation().WaitForVersion(kDelta, kDelta, "status", version));
    EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "status", version));
    const auto licence = Signed("32", DrivingLicence("32", sequence));
    const std::string shanghai = AnswerAbout("31", "32", licence);
    EXPECT_EQ(AnswerAbout("50", "32", licence), shanghai);
    return shanghai;
  }
};

TEST_F(StatusScenario, ARevokedLicenceIsRefusedInBothRegionsUntilItIsRestored) {
  int64_t version = 0;
  ASSERT_EQ(BothSay(11, 1), "RECOGNIZED");

  ASSERT_TRUE(Set(Change(11, gateway::v1::LICENCE_STATUS_ACTION_REVOKE), &version).ok());
  EXPECT_EQ(BothSay(11, version), "NOT_RECOGNIZED LICENCE_REVOKED");
  EXPECT_EQ(BothSay(12, version), "RECOGNIZED") << "another licence of the same issuer";

  ASSERT_TRUE(Set(Change(11, gateway::v1::LICENCE_STATUS_ACTION_RESTORE), &version).ok());
  EXPECT_EQ(BothSay(11, version), "RECOGNIZED");
}

TEST_F(StatusScenario, ASuspendedAndACancelledLicenceAreRefusedEachWithItsReason) {
  int64_t version = 0;
  ASSERT_TRUE(Set(Change(13, gateway::v1::LICENCE_STATUS_ACTION_SUSPEND), &version).ok());
  EXPECT_EQ(BothSay(13, version), "NOT_RECOGNIZED LICENCE_SUSPENDED");
  ASSERT_TRUE(Set(Change(14, gateway::v1::LICENCE_STATUS_ACTION_CANCEL), &version).ok());
  EXPECT_EQ(BothSay(14, version), "NOT_RECOGNIZED LICENCE_CANCELLED");
}

TEST_F(StatusScenario, ARepeatedChangeIsMadeOnceAndAnotherUnderTheSameIdIsRefused) {
  SetLicenceStatusRequest request = Change(15, gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  int64_t first = 0;
  int64_t second = 0;
  ASSERT_TRUE(Set(request, &first).ok());
  const int64_t before = federation().VersionAt(kDelta, kDelta, "status");

  ASSERT_TRUE(Set(request, &second).ok());

  EXPECT_EQ(second, first);
  EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "status"), before);
  request.set_action(gateway::v1::LICENCE_STATUS_ACTION_RESTORE);
  const grpc::Status refused = Set(request, &second);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonIn(refused), "REQUEST_ID_REUSED");
  EXPECT_EQ(BothSay(15, first), "NOT_RECOGNIZED LICENCE_REVOKED");
}

TEST_F(StatusScenario, MrgctlSetsTheStatus) {
  const std::string number = WriteFile("number", LicenceNumber("32", 16) + "\n");
  const std::string tls = federation().Path(kDelta, "tls/");

  const Ran ran = federation().Mrgctl(
      {"licence", "set-status", "--address", federation().Address(kDelta, "api"), "--cert",
       tls + "authority-32.pem", "--key", tls + "authority-32.key", "--ca", tls + "ca.pem",
       "--jurisdiction", "32", "--type", kDrivingLicenceType, "--number-file", number, "--action",
       "revoke"});

  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("in the status list since version"));
  EXPECT_EQ(BothSay(16, federation().VersionAt(kDelta, kDelta, "status")),
            "NOT_RECOGNIZED LICENCE_REVOKED");
}

TEST_F(StatusScenario, AnAuthorityOfAnotherProvinceChangesNothing) {
  const SetLicenceStatusRequest request = Change(17, gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  const int64_t before = federation().VersionAt(kDelta, kDelta, "status");
  SetLicenceStatusResponse response;

  const grpc::Status status =
      Call<StatusService>(federation().Api(kDelta, "authority-31"),
                          &StatusService::Stub::SetLicenceStatus, request, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonIn(status), "JURISDICTION_NOT_ALLOWED");
  EXPECT_EQ(BothSay(17, before), "RECOGNIZED");
}

}  // namespace
}  // namespace mrg
