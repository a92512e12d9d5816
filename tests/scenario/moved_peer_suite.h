#ifndef MRG_TESTS_SCENARIO_MOVED_PEER_SUITE_H_
#define MRG_TESTS_SCENARIO_MOVED_PEER_SUITE_H_

// What the suites about members that move share: a federation whose nodes ask for each other's
// lists every second, the contact of Sichuan-Chongqing, and what the Delta makes of it.
//
// Threads: of the test's main thread.

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "grpcpp/client_context.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {

class MovedPeerSuite : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = "poll_period { seconds: 1 }";
    StartOnce(std::move(options));
  }

  // Publishes where Sichuan-Chongqing is by its own word.
  static void PublishContact(const std::string& endpoint, const std::string& ca_pem) {
    trustlist::v1::Contact contact;
    contact.add_endpoints(endpoint);
    contact.set_trust_domain(federation().TrustDomain(kChuanyu));
    contact.set_ca_bundle_pem(ca_pem);
    ASSERT_TRUE(federation().Stage(kChuanyu, {"--contact"}, contact.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kChuanyu, "targets").ok());
    ASSERT_TRUE(federation().Publish(kChuanyu).ok());
  }

  static std::string CaOf(const std::string& member) {
    return ReadTestFile(federation().Path(member, "tls/ca.pem"));
  }
  static bool DeltaTells(const std::string& words) {
    return WaitUntil([&] { return absl::StrContains(federation().LogOf(kDelta), words); });
  }
  static bool DeltaShows(const std::string& figure) {
    return WaitUntil([&] { return absl::StrContains(federation().Metrics(kDelta), figure); });
  }

  // Result: how the Delta's federation listener answers a node with that certificate.
  static std::string AnswerOfDelta(const Federation::Certificate& certificate) {
    const auto channel =
        federation().ChannelAs(kDelta, "federation", certificate.pem, certificate.key_pem);
    grpc::ClientContext context;
    trustlist::v1::GetMetadataRequest request;
    request.set_publisher(kDelta);
    request.set_role("timestamp");
    trustlist::v1::GetMetadataResponse response;
    const grpc::Status status =
        trustlist::v1::TrustRepositoryService::NewStub(channel)->GetMetadata(&context, request,
                                                                             &response);
    if (status.ok()) return "answered";
    return status.error_code() == grpc::StatusCode::UNAVAILABLE ? "no connection"
                                                                : status.error_message();
  }
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_MOVED_PEER_SUITE_H_
