#ifndef MRG_TESTS_SCENARIO_REQUEST_RACE_SUITE_H_
#define MRG_TESTS_SCENARIO_REQUEST_RACE_SUITE_H_

// What the suites share in which two calls come at the same moment (at_once.h): how a call ended,
// and the disputes that calls are about, filed in Shanghai over a licence of Jiangsu.
//
// Threads: of the test's main thread, but for Ask and what returns an Outcome, which any may call.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/canonical_proto.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"

namespace mrg {

struct Outcome {
  std::string reason;  // "OK" or the error's
  std::string answer;  // what a repeat must give again
};

template <typename Service, typename Request, typename Response>
Outcome Ask(const std::shared_ptr<grpc::Channel>& channel,
            grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request, const std::function<std::string(const Response&)>& answer) {
  Response response;
  const grpc::Status status = Call<Service>(channel, method, request, &response);
  return {ReasonIn(status), status.ok() ? answer(response) : ""};
}

class RequestRaces : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // A question that Shanghai asks about a sound licence.
  static gateway::v1::RecognizeRequest Asked(absl::string_view issuing, int sequence) {
    return Question(
        "31", issuing,
        SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing, sequence)));
  }
  static std::shared_ptr<grpc::Channel> Platform() {
    return federation().Api(kDelta, "platform-31");
  }
  static int Next() {
    static int next = 0;
    return next = next % 900 + 1;
  }

  // A filing over one and the same receipt, as often as is wanted.
  static dispute::v1::FileDisputeRequest Filing(const std::string& description) {
    static const auto* const filing = [] {
      const gateway::v1::RecognizeRequest asked = Asked("32", Next());
      gateway::v1::RecognizeResponse answer;
      EXPECT_TRUE(Recognize(Platform(), asked, &answer).ok());
      auto* const request = new dispute::v1::FileDisputeRequest;
      request->set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
      request->set_receipt(CanonicalBytes(answer.receipt()));
      request->set_document(asked.presentation().detached().document());
      return request;
    }();
    dispute::v1::FileDisputeRequest request = *filing;
    request.set_request_id(NewRequestId());
    request.set_description(description);
    return request;
  }
  static Outcome File(const dispute::v1::FileDisputeRequest& request) {
    return Ask<dispute::v1::DisputeService, dispute::v1::FileDisputeRequest,
               dispute::v1::FileDisputeResponse>(
        Platform(), &dispute::v1::DisputeService::Stub::FileDispute, request,
        [](const auto& response) { return response.dispute().name(); });
  }

  static std::shared_ptr<grpc::Channel> Worker(absl::string_view name) {
    return federation().Api(kDelta, absl::StrCat("worker-", name, "-32"));
  }
  static std::pair<std::string, std::string> TwoFiled() {
    return {File(Filing("住址有误")).answer, File(Filing("住址有误")).answer};
  }
  template <typename Response>
  static std::string StateIn(const Response& response) {
    return absl::StrCat(response.dispute().name(), " ", response.dispute().state());
  }

  static Outcome Accept(const std::string& id, const std::string& dispute) {
    dispute::v1::AcceptDisputeRequest request;
    request.set_request_id(id);
    request.set_dispute(dispute);
    return Ask<dispute::v1::DisputeQueueService, dispute::v1::AcceptDisputeRequest,
               dispute::v1::AcceptDisputeResponse>(
        Worker("intake"), &dispute::v1::DisputeQueueService::Stub::AcceptDispute, request,
        StateIn<dispute::v1::AcceptDisputeResponse>);
  }
  // Claims until both are held; the others of the queue stay leased.
  static std::map<std::string, dispute::v1::Lease> LeasesOf(
      const std::pair<std::string, std::string>& disputes) {
    std::map<std::string, dispute::v1::Lease> leases;
    while (!leases.contains(disputes.first) || !leases.contains(disputes.second)) {
      dispute::v1::ClaimDisputesRequest request;
      request.set_queue("issuer-32");
      request.set_batch_size(100);
      request.mutable_lease_duration()->set_seconds(int64_t{12} * 3600);
      dispute::v1::ClaimDisputesResponse response;
      const grpc::Status status = Call<dispute::v1::DisputeQueueService>(
          Worker("case"), &dispute::v1::DisputeQueueService::Stub::ClaimDisputes, request,
          &response);
      EXPECT_TRUE(status.ok()) << ReasonIn(status);
      if (response.disputes().empty()) break;
      for (const auto& claimed : response.disputes()) {
        leases[claimed.dispute().name()] = claimed.lease();
      }
    }
    return leases;
  }
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_REQUEST_RACE_SUITE_H_
