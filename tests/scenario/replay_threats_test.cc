// Request ids that come again, over the wire: in turn, all at once, and from another caller.

#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::SizeIs;

constexpr int kAtOnce = 16;

// Runs all of them at once.
void AtOnce(const std::function<void(int)>& call) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kAtOnce; ++i) threads.emplace_back([&call, i] { call(i); });
  for (std::thread& thread : threads) thread.join();
}

// Checks that of two bodies, sent in turn, one was taken and the other refused, each time.
void ExpectOneBodyTaken(const std::vector<grpc::Status>& ended) {
  const int taken = ended[0].ok() ? 0 : 1;
  for (int i = 0; i < kAtOnce; ++i) {
    EXPECT_EQ(ReasonIn(ended[i]), i % 2 == taken ? "OK" : "REQUEST_ID_REUSED") << i;
  }
}

class ReplayThreats : public RecognitionSuite {};

TEST_F(ReplayThreats, R16_ARequestIdWithAnyOtherBodyIsRefusedAndWithTheSameGivesTheSameReceipt) {
  RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
  const RecognizeResponse first = Recognized(request);
  const uint64_t size = federation().LogSize(kDelta);
  const auto other_licence = Signed("32", DrivingLicence("32", 2));
  const std::function<void(RecognizeRequest*)> edits[] = {
      [](RecognizeRequest* r) { r->set_scenario("traffic-check"); },
      [](RecognizeRequest* r) { r->set_issuing_jurisdiction("33"); },
      [](RecognizeRequest* r) { r->set_type_code(kIdentityCardType); },
      [](RecognizeRequest* r) { r->set_document_standard("cq-sample"); },
      [](RecognizeRequest* r) { r->set_target_standard("cq-sample"); },
      [](RecognizeRequest* r) { r->add_requested_elements("certificateHolderName"); },
      [](RecognizeRequest* r) { r->mutable_expected_holder()->set_name("样例"); },
      [](RecognizeRequest* r) { r->mutable_expected_holder()->set_code("S-1"); },
      [&](RecognizeRequest* r) { *r->mutable_presentation() = other_licence; },
      [](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->mutable_document()->push_back(' ');
      },
      [](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->mutable_signature()->back() ^= 1;
      },
      [](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->mutable_public_key()->back() ^= 1;
      },
      [](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->set_algorithm(
            gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
      }};
  int edit_number = 0;
  for (const auto& edit : edits) {
    SCOPED_TRACE(edit_number++);
    RecognizeRequest other = request;
    edit(&other);
    RecognizeResponse response;

    const grpc::Status refused = Recognize(Platform("31"), other, &response);

    EXPECT_EQ(refused.error_code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_EQ(ErrorOf(refused).reason, "REQUEST_ID_REUSED");
    EXPECT_EQ(ErrorOf(refused).field, "request_id");
  }
  EXPECT_EQ(Recognized(request).SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(ReplayThreats, R16_OfTwoBodiesUnderOneRequestIdAtOnceOneIsAnsweredAndLoggedOnce) {
  RecognizeRequest bodies[] = {Question("31", "32", Signed("32", DrivingLicence("32"))), {}};
  bodies[1] = bodies[0];
  bodies[1].set_scenario("traffic-check");
  const uint64_t size = federation().LogSize(kDelta);
  std::vector<grpc::Status> ended(kAtOnce);
  std::vector<RecognizeResponse> answers(kAtOnce);

  AtOnce([&](int i) { ended[i] = Recognize(Platform("31"), bodies[i % 2], &answers[i]); });

  ExpectOneBodyTaken(ended);
  std::set<std::string> receipts;
  for (int i = 0; i < kAtOnce; ++i) {
    if (ended[i].ok()) receipts.insert(answers[i].receipt().SerializeAsString());
  }
  EXPECT_THAT(receipts, SizeIs(1));
  EXPECT_EQ(federation().LogSize(kDelta), size + 1);
}

TEST_F(ReplayThreats, R16_TheRequestIdOfAnotherCallerIsAnotherRequest) {
  RecognizeRequest request = Question("31", "32", Signed("32", DrivingLicence("32")));
  const RecognizeResponse first = Recognized(request);
  request.set_using_jurisdiction("33");

  const RecognizeResponse other = Recognized(request);

  EXPECT_EQ(other.receipt().index(), first.receipt().index() + 1);
  request.set_using_jurisdiction("31");
  EXPECT_EQ(Recognized(request).SerializeAsString(), first.SerializeAsString());
}

TEST_F(ReplayThreats, R16_OfTwoRevocationsUnderOneRequestIdAtOnceOneIsMade) {
  SetLicenceStatusRequest bodies[2];
  for (int i = 0; i < 2; ++i) {
    bodies[i].set_jurisdiction("32");
    bodies[i].set_type_code(kDrivingLicenceType);
    bodies[i].set_licence_number(LicenceNumber("32", 91 + i));
    bodies[i].set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  }
  bodies[0].set_request_id(NewRequestId());
  bodies[1].set_request_id(bodies[0].request_id());
  const auto authority = federation().Api(kDelta, "authority-32");
  std::vector<grpc::Status> ended(kAtOnce);

  AtOnce([&](int i) {
    SetLicenceStatusResponse response;
    ended[i] = Call<StatusService>(authority, &StatusService::Stub::SetLicenceStatus, bodies[i % 2],
                                   &response);
  });

  ExpectOneBodyTaken(ended);
  const int taken = ended[0].ok() ? 0 : 1;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(AnswerAbout("31", "32", Signed("32", DrivingLicence("32", 91 + i))),
              i == taken ? "NOT_RECOGNIZED LICENCE_REVOKED" : "RECOGNIZED");
  }
}

}  // namespace
}  // namespace mrg
