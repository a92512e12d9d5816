// The files of certificates are replaced under a running node.

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CertificateThreat : public TrustSuite {
 protected:
  static std::string TlsFile(const std::string& name) {
    return federation().Path(kDelta, "tls/" + name);
  }
  // As an operator's tool puts a file: whole, in the place of the old one.
  static void Put(const std::string& name, const std::string& bytes) {
    WriteTestFile(TlsFile(name + ".new"), bytes, 0600);
    fs::rename(TlsFile(name + ".new"), TlsFile(name));
  }
  static bool LogHas(const std::string& words, size_t from) {
    return WaitUntil(
        [&] { return federation().LogOf(kDelta).find(words, from) != std::string::npos; });
  }
  static std::string Said(const std::string& command) {
    return RunToEnd({"/bin/bash", "-c", command}, federation().folder()).out;
  }
  static std::string SerialOf(const std::string& pem) {
    WriteTestFile(TlsFile("shown.pem"), pem);
    return Said(absl::StrCat("openssl x509 -noout -serial -in ", TlsFile("shown.pem")));
  }
  // Result: the serial of the certificate that the api listener shows to a caller.
  static std::string Shown() {
    return Said(absl::StrCat("openssl s_client -connect ", federation().Address(kDelta, "api"),
                             " -alpn h2 -cert ", TlsFile("auditor.pem"), " -key ",
                             TlsFile("auditor.key"),
                             " < /dev/null 2> /dev/null | openssl x509 -noout -serial"));
  }
  // Result: "answered", or why a new connection of the caller got no answer. The log is empty.
  static std::string AnswerTo(const std::string& caller) {
    const auto channel =
        federation().ChannelAs(kDelta, "api", ReadTestFile(TlsFile(caller + ".pem")),
                               ReadTestFile(TlsFile(caller + ".key")));
    grpc::ClientContext context;
    audit::v1::GetCheckpointResponse response;
    const grpc::Status status =
        audit::v1::AuditService::NewStub(channel)->GetCheckpoint(&context, {}, &response);
    const bool answered = absl::StartsWith(status.error_message(), "RECORD_NOT_FOUND");
    return answered ? "answered" : status.error_message();
  }
};

TEST_F(CertificateThreat, N09_ABrokenPairIsNotUsedAndAWholeOneIsWithoutARestart) {
  const pid_t before = federation().PidOf(kDelta);
  const std::string first = ReadTestFile(TlsFile("node.pem"));
  const auto next = federation().MakeCertificate(kDelta, kDelta, "renewed", "/node/log-1");
  const auto other = federation().MakeCertificate(kDelta, kDelta, "other", "/node/log-1");
  size_t told = federation().LogOf(kDelta).size();

  Put("node.pem", next.pem);
  EXPECT_TRUE(LogHas("tls_files_refused", told)) << "its key is not there yet";
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("mrg_tls_files_refused{files=\"own\"} 1"));
  EXPECT_EQ(AnswerTo("auditor"), "answered");
  EXPECT_EQ(Shown(), SerialOf(first));
  told = federation().LogOf(kDelta).size();
  Put("node.key", other.key_pem);
  EXPECT_TRUE(LogHas("tls_files_refused", told));
  EXPECT_EQ(AnswerTo("auditor"), "answered");

  told = federation().LogOf(kDelta).size();
  Put("node.key", next.key_pem);
  EXPECT_TRUE(LogHas("tls_files_loaded", told));
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("mrg_tls_files_refused{files=\"own\"} 0"));
  EXPECT_EQ(AnswerTo("auditor"), "answered");
  EXPECT_TRUE(WaitUntil([&] { return Shown() == SerialOf(next.pem); }));
  // Also towards others: what they publish still arrives, and what is published here.
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", PublishAnew("31")));
  EXPECT_EQ(federation().PidOf(kDelta), before);
}

}  // namespace
}  // namespace mrg
