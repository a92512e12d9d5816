// The rest listener of a running node, called by curl as a platform would: the same answers as over
// gRPC, to the same callers, and nothing else behind it.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "tests/federation/every_method.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using google::api::HttpRule;
using google::protobuf::MethodDescriptor;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;
using google::protobuf::util::MessageToJsonString;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kRecognize[] = "/v1/licences:recognize";

struct Heard {
  int status = 0;  // 0: no answer
  std::string head;
  std::string body;
};

class RestScenario : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // Runs curl as `caller`, "<member>/<name>" or the name of a certificate of the Delta's.
  static Heard Curl(const std::string& caller, const std::string& target,
                    std::vector<std::string> more = {}) {
    std::pair<std::string, std::string> of = {kDelta, caller};
    if (absl::StrContains(caller, '/')) of = absl::StrSplit(caller, '/');
    const std::string tls = federation().Path(of.first, absl::StrCat("tls/", of.second));
    std::vector<std::string> command = {"/usr/bin/curl",
                                        "--silent",
                                        "--include",
                                        "--noproxy",
                                        "*",
                                        "--cert",
                                        tls + ".pem",
                                        "--key",
                                        tls + ".key",
                                        "--cacert",
                                        federation().Path(kDelta, "tls/ca.pem"),
                                        "--write-out",
                                        "\n%{http_code}"};
    command.insert(command.end(), more.begin(), more.end());
    command.push_back(absl::StrCat("https://", federation().Address(kDelta, "rest"), target));
    const Ran ran = RunToEnd(command, federation().folder());
    Heard heard;
    const size_t line = ran.out.rfind('\n');
    const size_t blank = ran.out.find("\r\n\r\n");
    if (line == std::string::npos || blank == std::string::npos) return heard;
    EXPECT_TRUE(absl::SimpleAtoi(ran.out.substr(line + 1), &heard.status)) << ran.out;
    heard.head = ran.out.substr(0, blank);
    heard.body = ran.out.substr(blank + 4, line - blank - 4);
    return heard;
  }

  static Heard Post(const std::string& caller, const std::string& target, const std::string& json,
                    std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--header", "Content-Type: application/json", "--data-binary", json});
    return Curl(caller, target, std::move(more));
  }

  static std::string JsonOf(const RecognizeRequest& request) {
    std::string json;
    EXPECT_TRUE(MessageToJsonString(request, &json).ok());
    return json;
  }

  static RecognizeRequest SomeQuestion() {
    return Question("31", "50",
                    SignedBy(*IssuerKey(federation(), "issuer", "50"), DrivingLicence("50")));
  }
};

TEST_F(RestScenario, TheAnswerAndItsReceiptAreThoseOfGrpc) {
  const RecognizeRequest request = SomeQuestion();

  const Heard heard = Post("platform-31", kRecognize, JsonOf(request));
  ASSERT_EQ(heard.status, 200) << heard.body;
  RecognizeResponse over_rest;
  ASSERT_TRUE(JsonStringToMessage(heard.body, &over_rest).ok()) << heard.body;
  EXPECT_EQ(InWords(over_rest), "RECOGNIZED");
  EXPECT_THAT(heard.head, AllOf(HasSubstr("Content-Type: application/json; charset=utf-8"),
                                HasSubstr("Cache-Control: no-store"),
                                HasSubstr("X-Content-Type-Options: nosniff")));

  RecognizeResponse over_grpc;
  ASSERT_TRUE(Recognize(federation().Api(kDelta, "platform-31"), request, &over_grpc).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(over_rest, over_grpc)) << "one decision, one receipt";
  EXPECT_EQ(Post("platform-31", kRecognize, JsonOf(request)).body, heard.body);
}

TEST_F(RestScenario, AReusedIdAnUnknownFieldAndAWrongJurisdictionAreToldAsOverGrpc) {
  RecognizeRequest request = SomeQuestion();
  ASSERT_EQ(Post("platform-31", kRecognize, JsonOf(request)).status, 200);

  request.set_scenario("another");
  const Heard reused = Post("platform-31", kRecognize, JsonOf(request));
  EXPECT_EQ(reused.status, 409);
  EXPECT_THAT(reused.body, HasSubstr("\"reason\":\"REQUEST_ID_REUSED\""));
  const Heard unknown = Post("platform-31", kRecognize, R"({"licence":"x"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr("\"field\":\"licence\""));
  const Heard elsewhere = Post("platform-32", kRecognize, JsonOf(SomeQuestion()));
  EXPECT_EQ(elsewhere.status, 403);
  EXPECT_THAT(elsewhere.body, HasSubstr("\"reason\":\"JURISDICTION_NOT_ALLOWED\""));
}

TEST_F(RestScenario, H7_EveryPathRefusesAnIdentityWithoutARuleAndNoOtherCallHasAPath) {
  const uint64_t size = federation().LogSize(kDelta);
  int paths = 0;
  for (const MethodDescriptor* method : EveryMethod()) {
    const std::string grpc_path =
        absl::StrCat("/", method->service()->full_name(), "/", method->name());
    EXPECT_EQ(Post("stranger", grpc_path, "{}").status, 404) << grpc_path;
    if (!method->options().HasExtension(google::api::http)) continue;
    const HttpRule& rule = method->options().GetExtension(google::api::http);
    const std::string path =
        absl::StrReplaceAll(rule.get() + rule.post(), {{"{dispute=*/*}", "hub/d"},
                                                       {"{queue}", "q"},
                                                       {"{jurisdiction}", "31"},
                                                       {"{type_code}", "t"}});
    for (const char* nobody : {"stranger", "hub/auditor", "sichuan-chongqing/platform-50"}) {
      const Heard heard = rule.has_get() ? Curl(nobody, path) : Post(nobody, path, "{}");
      EXPECT_EQ(heard.status, 403) << path;
      EXPECT_THAT(heard.body, HasSubstr("\"reason\":\"IDENTITY_NOT_LISTED\"")) << path;
    }
    ++paths;
  }
  EXPECT_EQ(paths, 21);
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(RestScenario, EachIdentityReachesItsOwnCalls) {
  EXPECT_EQ(Curl("platform-31", "/v1/scenarios").status, 200);
  EXPECT_EQ(Curl("platform-31", "/v1/credentialTypes?jurisdiction=50").status, 200);
  EXPECT_EQ(
      Curl("platform-31", "/v1/jurisdictions/50/credentialTypes/11100000XX0000019L003").status,
      200);
  EXPECT_EQ(Curl("platform-31", "/v1/disputes").status, 200);
  EXPECT_EQ(Curl("platform-31", "/v1/log/records").status, 403);
  EXPECT_EQ(Curl("auditor", "/v1/log/records").status, 200);
  EXPECT_EQ(Curl("auditor", "/v1/disputes").status, 200);  // without what people wrote
  EXPECT_EQ(Curl("platform-31", "/v1/scenarios", {"--header", "Origin: null"}).status, 403);
}

TEST_F(RestScenario, N06_SilentAndHalfOpenConnectionsKeepNobodyOut) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(federation().Address(kDelta, "rest"), ':');
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(parts.second, &port));
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(port));
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<int> silent;
  for (size_t i = 0; i < 3 * 64; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    silent.push_back(fd);
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&name), sizeof(name)), 0);
    // The begin of a handshake, of every second.
    if (i % 2 == 0) {
      ASSERT_EQ(send(fd, "\x16\x03\x01", 3, MSG_NOSIGNAL), 3);
    }
  }

  EXPECT_EQ(Curl("platform-31", "/v1/scenarios").status, 200);

  EXPECT_THAT(federation().Metrics(kDelta),
              HasSubstr("mrg_connections_refused_total{bound=\"unproved\",listener=\"rest\"}"));
  // What is left of them is cut when the time of a handshake is over.
  EXPECT_TRUE(WaitUntil([&] {
    return absl::StrContains(federation().Metrics(kDelta),
                             "mrg_connections_unproved{listener=\"rest\"} 0\n");
  }));
  for (const int fd : silent) close(fd);
}

TEST_F(RestScenario, N09_ARenewedCertificateIsShownWithoutARestart) {
  const auto shown = [] {
    return RunToEnd(
               {"/bin/bash", "-c",
                absl::StrCat("openssl s_client -connect ", federation().Address(kDelta, "rest"),
                             " -cert ", federation().Path(kDelta, "tls/auditor.pem"), " -key ",
                             federation().Path(kDelta, "tls/auditor.key"),
                             " < /dev/null 2> /dev/null | openssl x509 -noout -serial")},
               federation().folder())
        .out;
  };
  const std::string before = shown();
  ASSERT_THAT(before, HasSubstr("serial="));
  const auto next = federation().MakeCertificate(kDelta, kDelta, "renewed", "/node/log-1");
  WriteTestFile(federation().Path(kDelta, "tls/node.pem"), next.pem, 0600);
  WriteTestFile(federation().Path(kDelta, "tls/node.key"), next.key_pem, 0600);

  EXPECT_TRUE(WaitUntil([&] { return shown() != before; }));
  EXPECT_EQ(Curl("platform-31", "/v1/scenarios").status, 200);
}

}  // namespace
}  // namespace mrg
