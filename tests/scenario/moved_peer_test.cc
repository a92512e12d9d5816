// The hub's list moves a running member to another port, behind another CA: the others find it and
// know it there without a restart, and only the CA that the list names vouches for it.

#include <filesystem>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class MovedPeer : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = "poll_period { seconds: 1 }";
    StartOnce(std::move(options));
  }

  // Starts the stopped node of Sichuan-Chongqing anew, at a port of its own choice, with a
  // certificate of another CA. Result: its endpoint.
  static std::string StartElsewhere(const std::string& tls) {
    for (const char* file : {"node.pem", "node.key"}) {
      fs::copy_file(absl::StrCat(tls, "/", file),
                    federation().Path(kChuanyu, absl::StrCat("tls/", file)),
                    fs::copy_options::overwrite_existing);
    }
    const std::string path = federation().Path(kChuanyu, "node.textproto");
    std::string config = ReadTestFile(path);
    EXPECT_EQ(
        absl::StrReplaceAll(
            {{absl::StrCat("federation: \"", federation().Address(kChuanyu, "federation"), "\""),
              "federation: \"127.0.0.1:0\""}},
            &config),
        1);
    WriteTestFile(path, config);
    EXPECT_TRUE(federation().StartNode(kChuanyu).ok());
    const std::string log = federation().LogOf(kChuanyu);
    const std::string bound = "\"listener\":\"federation\",\"port\":";
    const size_t at = log.rfind(bound);
    EXPECT_NE(at, std::string::npos);
    int port = 0;
    EXPECT_TRUE(
        absl::SimpleAtoi(log.substr(at + bound.size(),
                                    log.find_first_of(",}", at + bound.size()) - at - bound.size()),
                         &port));
    return absl::StrCat("127.0.0.1:", port);
  }

  // Publishes the hub's list with the entry of Sichuan-Chongqing changed.
  static void PublishEntry(const std::string& endpoint, const std::string& ca_pem) {
    trustlist::v1::Federation list;
    ASSERT_TRUE(list.ParseFromString(
        ReadTestFile(federation().Path(kHub, "repository/targets/federation"))));
    for (auto& member : *list.mutable_members()) {
      if (member.member() != kChuanyu) continue;
      member.set_endpoints(0, endpoint);
      member.set_ca_bundle_pem(ca_pem);
    }
    ASSERT_TRUE(federation().Stage(kHub, {"--federation"}, list.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
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

TEST_F(MovedPeer, AMemberThatMovedBehindAnotherCaIsFoundAndKnownWithoutARestart) {
  const pid_t delta = federation().PidOf(kDelta);
  const Federation::Certificate before{ReadTestFile(federation().Path(kChuanyu, "tls/node.pem")),
                                       ReadTestFile(federation().Path(kChuanyu, "tls/node.key"))};
  ASSERT_EQ(AnswerOfDelta(before), "answered");
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  TestCertificates certificates;
  const auto pair = certificates.Leaf(federation().TrustDomain(kChuanyu), "node", "/node/log-1");
  const Federation::Certificate after{pair.certificate_pem, pair.key_pem};
  const std::string endpoint =
      StartElsewhere(std::filesystem::path(pair.certificate_path).parent_path().string());
  EXPECT_EQ(AnswerOfDelta(after), "no connection") << "its CA is nobody's yet";

  PublishEntry(endpoint, certificates.Ca(federation().TrustDomain(kChuanyu)).certificate_pem);

  EXPECT_TRUE(WaitUntil([&] { return AnswerOfDelta(after) == "answered"; }));
  EXPECT_TRUE(WaitUntil([&] { return AnswerOfDelta(before) == "no connection"; }));
  // What the member publishes at its new place arrives, and its licences are recognised.
  const int64_t version = PublishAnew("50");
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", version));
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  EXPECT_EQ(federation().PidOf(kDelta), delta);
  EXPECT_THAT(federation().LogOf(kDelta),
              AllOf(HasSubstr("\"event\":\"peer_moved\""), HasSubstr(endpoint)));
  EXPECT_THAT(federation().Metrics(kDelta),
              HasSubstr("mrg_peer_from_list{peer=\"sichuan-chongqing\"} 1"));

  // It holds over a restart, although the configuration still says otherwise.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
}

}  // namespace
}  // namespace mrg
