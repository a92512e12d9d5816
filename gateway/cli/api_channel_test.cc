#include "gateway/cli/api_channel.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::TrustRepositoryService;

// More than gRPC takes without being told.
constexpr size_t kLongAnswerBytes = size_t{5} << 20;

// A node of the Delta that asks callers for a certificate of the Delta's CA.
class TalkativeNode : public TrustRepositoryService::Service {
 public:
  explicit TalkativeNode(TestCertificates* files) {
    const TestCertificates::Pair own = files->Leaf("delta.example", "node", "/node/log-1");
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = files->Ca("delta.example").certificate_pem;
    options.pem_key_cert_pairs = {{own.key_pem, own.certificate_pem}};
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~TalkativeNode() override { server_->Shutdown(); }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  grpc::Status GetMetadata(grpc::ServerContext*, const GetMetadataRequest*,
                           GetMetadataResponse* response) override {
    response->set_content(std::string(kLongAnswerBytes, 'x'));
    return grpc::Status::OK;
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

class ApiChannelTest : public testing::Test {
 protected:
  ApiChannelTest() {
    flags_.address = "127.0.0.1:1";
    flags_.cert = caller_.certificate_path;
    flags_.key = caller_.key_path;
    flags_.ca = files_.Ca("delta.example").certificate_path;
  }
  void ExpectRefused(Reason reason, const std::string& flag, const std::string& file) {
    const absl::Status status = OpenApiChannel(flags_).status();
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(flag), HasSubstr(file), Not(HasSubstr("\n"))));
  }

  TestCertificates files_;
  const TestCertificates::Pair caller_ = files_.Leaf("delta.example", "caller", "/operator/demo");
  ApiChannelFlags flags_;
};

TEST_F(ApiChannelTest, FilesThatBelongTogetherGiveAChannel) {
  EXPECT_TRUE(OpenApiChannel(flags_).ok());
}

TEST_F(ApiChannelTest, TheCallerAndTheNodeProveWhoTheyAreAndLongAnswersArrive) {
  TalkativeNode node(&files_);
  flags_.address = node.address();
  const auto answer = [&] {
    grpc::ClientContext context;
    SetDeadline(flags_, &context);
    GetMetadataResponse response;
    const grpc::Status status = TrustRepositoryService::NewStub(*OpenApiChannel(flags_))
                                    ->GetMetadata(&context, GetMetadataRequest(), &response);
    EXPECT_EQ(response.content().size(), status.ok() ? kLongAnswerBytes : 0);
    return status.error_code();
  };

  EXPECT_EQ(answer(), grpc::StatusCode::OK);

  flags_.ca = files_.Ca("delta.example", "foreign").certificate_path;
  EXPECT_EQ(answer(), grpc::StatusCode::UNAVAILABLE) << "a node of another CA";
  flags_.ca = files_.Ca("delta.example").certificate_path;
  const auto foreign = files_.Leaf("delta.example", "caller", "/operator/demo", "", "foreign");
  flags_.cert = foreign.certificate_path;
  flags_.key = foreign.key_path;
  EXPECT_EQ(answer(), grpc::StatusCode::UNAVAILABLE) << "a caller of another CA";
}

TEST_F(ApiChannelTest, TheAdminSocketNeedsNoCertificate) {
  flags_ = ApiChannelFlags();
  flags_.address = "unix:/no/such.sock";

  EXPECT_TRUE(OpenApiChannel(flags_).ok());
}

TEST_F(ApiChannelTest, TheDeadlineIsTheFlagsSecondsFromNow) {
  flags_.timeout_seconds = 7;
  grpc::ClientContext context;
  const absl::Time before = RealClock().Now();

  SetDeadline(flags_, &context);

  const absl::Time deadline = absl::FromChrono(context.deadline());
  EXPECT_GE(deadline, before + absl::Seconds(7) - absl::Milliseconds(1)) << "gRPC's rounding";
  EXPECT_LE(deadline, RealClock().Now() + absl::Seconds(7));
}

TEST_F(ApiChannelTest, ACommandWithoutAnAddressIsRefused) {
  CLI::App app;
  flags_.AddTo(app);

  EXPECT_THROW(app.parse("--timeout 1"), CLI::RequiredError);
  EXPECT_NO_THROW(app.parse("--address unix:/demo --timeout 3"));
  EXPECT_EQ(flags_.timeout_seconds, 3);
}

TEST_F(ApiChannelTest, AFlagThatIsMissingIsNamedWithWhatItIsFor) {
  const ApiChannelFlags whole = flags_;
  for (const auto& [flag, member] :
       std::vector<std::pair<std::string, std::string ApiChannelFlags::*>>{
           {"--cert", &ApiChannelFlags::cert},
           {"--key", &ApiChannelFlags::key},
           {"--ca", &ApiChannelFlags::ca}}) {
    flags_ = whole;
    flags_.*member = "";
    ExpectRefused(Reason::kFieldRequired, flag, "for a node at host:port");
  }
}

TEST_F(ApiChannelTest, AFileThatIsNotThereIsNamedByItsFlag) {
  const auto error_of = [&] { return OpenApiChannel(flags_).status().ToString(); };
  const std::string missing = files_.folder() + "/missing.pem";
  const ApiChannelFlags whole = flags_;

  flags_.cert = missing;
  EXPECT_THAT(error_of(), AllOf(HasSubstr("--cert"), HasSubstr("cannot read " + missing)));
  flags_ = whole;
  flags_.ca = missing;
  EXPECT_THAT(error_of(), AllOf(HasSubstr("--ca"), HasSubstr("cannot read " + missing)));
  flags_ = whole;
  flags_.key = missing;
  EXPECT_THAT(error_of(), AllOf(HasSubstr("--key"), HasSubstr(missing)));
}

TEST_F(ApiChannelTest, B21_AKeyUnderAPassphraseIsOneLineAndNoPrompt) {
  flags_.key = files_.folder() + "/closed.key";
  ASSERT_EQ(std::system(absl::StrCat("openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:demo -in ",
                                     caller_.key_path, " -out ", flags_.key, " && chmod 0600 ",
                                     flags_.key)
                            .c_str()),
            0);
  ExpectRefused(Reason::kCertificateUnreadable, "passphrase", "closed.key");
}

TEST_F(ApiChannelTest, WhatCannotBeUsedIsNamedByFlagAndFile) {
  flags_.key = files_.Leaf("delta.example", "other", "/operator/other").key_path;
  ExpectRefused(Reason::kCertificateKeyMismatch, "--key", "other.key");
  WriteTestFile(files_.folder() + "/open.key", caller_.key_pem, 0644);
  flags_.key = files_.folder() + "/open.key";
  ExpectRefused(Reason::kKeyFileInvalid, "--key", "0600");
  flags_.key = caller_.key_path;
  WriteTestFile(files_.folder() + "/broken.pem", "not PEM");
  flags_.ca = files_.folder() + "/broken.pem";
  ExpectRefused(Reason::kCertificateUnreadable, "--ca", "broken.pem");
}

}  // namespace
}  // namespace mrg
