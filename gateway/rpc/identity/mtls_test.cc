// Real handshakes over loopback: who reaches a service, as whom, and who does not.

#include <sys/stat.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/identity/testing/mtls_fixture.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/grpc_server.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/rpc/server/listener_credentials.h"
#include "gateway/rpc/server/raw_service.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::GetCheckpointRequest;
using audit::v1::GetCheckpointResponse;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(MtlsTest, AListedIdentityIsAnsweredAndCounted) {
  ExpectStillServes();

  EXPECT_EQ(api_->calls, 1);
  EXPECT_THAT(registry_.Text(),
              HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetCheckpoint\","
                        "grpc_service=\"mrg.audit.v1.AuditService\"} 1"));
}

TEST_F(MtlsTest, ACallThatHadItsPlaceIsToldInOneLine) {
  const auto portal = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto stranger =
      Channel(files_->Leaf(kDelta, "told", "/platform/unlisted"), server_->api_port());
  GetCheckpointResponse response;

  ASSERT_TRUE(Call(portal, &response).ok());
  EXPECT_THAT(events_.Take(), IsEmpty()) << "it is off";
  call_log_.SetOn(true);
  ASSERT_TRUE(Call(portal, &response).ok());
  EXPECT_THAT(events_.Take(),
              ElementsAre(HasSubstr(absl::StrCat(
                  "\"event\":\"call\",\"method\":\"mrg.audit.v1.AuditService/GetCheckpoint\","
                  "\"caller\":\"spiffe://",
                  kDelta, kPortal, "\",\"code\":\"OK\",\"ms\":0}"))));
  api_->failure = MakeError(Reason::kRecordNotFound, "text of the answer");
  ASSERT_FALSE(Call(portal, &response).ok());
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("\"code\":\"NOT_FOUND\",\"reason\":\"RECORD_NOT_FOUND\""),
                                Not(HasSubstr("text of the answer")))));
  ASSERT_FALSE(Call(stranger, &response).ok());
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"event\":\"caller_refused\"")))
      << "of which there is a bound";
}

TEST_F(MtlsTest, R13_AnUnlistedIdentityIsRefused) {
  const auto stranger = files_->Leaf(kDelta, "stranger", "/platform/unlisted");

  ExpectRefused(Channel(stranger, server_->api_port()), Reason::kIdentityNotListed);

  EXPECT_THAT(registry_.Text(), HasSubstr("grpc_code=\"PERMISSION_DENIED\""));
  ExpectStillServes();
}

TEST_F(MtlsTest, R14_TheRightCommonNameWithAnotherSpiffeIdIsRefused) {
  const auto same_name = files_->Leaf(kDelta, "portal", "/operator/portal", "", "next");

  ExpectRefused(Channel(same_name, server_->api_port()), Reason::kIdentityNotListed);

  ExpectStillServes();
}

TEST_F(MtlsTest, R14_AnotherMembersCaCannotIssueIdentitiesOfOurTrustDomain) {
  const auto forged = files_->Leaf(kDelta, "portal", kPortal, "", "forger");

  ExpectRefused(Channel(forged, server_->api_port()), Reason::kIdentityInvalid);

  // A genuine call before does not make the forged certificate pass afterwards.
  ExpectStillServes();
  GetCheckpointResponse response;
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(Channel(forged, server_->api_port()), &response))),
            Reason::kIdentityInvalid);
}

TEST_F(MtlsTest, R15_TwoUriSansAreRefused) {
  const auto two = files_->Leaf(kDelta, "two", kPortal,
                                absl::StrCat("--extra-uri spiffe://", kDelta, "/operator/li"));

  ExpectRefused(Channel(two, server_->api_port()), Reason::kIdentityInvalid);

  ExpectStillServes();
}

TEST_F(MtlsTest, R15_AnExpiredCertificateDoesNotConnect) {
  const auto expired = files_->Leaf(kDelta, "expired", kPortal, "--expired");

  ExpectNoConnection(Channel(expired, server_->api_port()));

  ExpectStillServes();
}

TEST_F(MtlsTest, R15_ACertificateThatEndsDuringAConnectionIsRefusedFromThenOn) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(channel, &response).ok());

  clock_.Advance(absl::Hours(24 * 900));

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  EXPECT_EQ(api_->calls, 1);
}

TEST_F(MtlsTest, R15_AClockSetBackBeforeTheCertificateBeganRefuses) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(channel, &response).ok());

  clock_.SetWallTime(clock_.Now() - absl::Hours(24 * 30));

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
}

// What `connections` says of the listener once its last connection has ended.
ConnectionBounds::Figures FiguresAtTheEnd(ConnectionBounds* connections) {
  while (connections->Sweep(0).open > 0) std::this_thread::yield();
  return connections->Sweep(0);
}

TEST_F(MtlsTest, R15_ARefusedHandshakeHasEndedWithoutACall) {
  ExpectNoConnection(
      Channel(files_->Leaf(kDelta, "expired", kPortal, "--expired"), server_->api_port()));

  const ConnectionBounds::Figures figures = FiguresAtTheEnd(&connections_);

  EXPECT_GE(figures.ended_unheard, 1u);
  EXPECT_EQ(figures.ended_unheard, figures.ended_unproved);
}

TEST_F(MtlsTest, R15_ARefusedCallerIsToldByReasonAndHasNotEndedWithoutACall) {
  ExpectRefused(
      Channel(files_->Leaf(kDelta, "stranger", "/platform/unlisted"), server_->api_port()),
      Reason::kIdentityNotListed);

  const ConnectionBounds::Figures figures = FiguresAtTheEnd(&connections_);

  EXPECT_EQ(figures.ended_unproved, 1u);
  EXPECT_EQ(figures.ended_unheard, 0u);
  EXPECT_THAT(registry_.Text(),
              HasSubstr("mrg_callers_refused_total{reason=\"IDENTITY_NOT_LISTED\"} 1"));
  EXPECT_THAT(events_.Take(), ElementsAre(AllOf(HasSubstr("\"event\":\"caller_refused\""),
                                                HasSubstr("IDENTITY_NOT_LISTED"))));
}

TEST_F(MtlsTest, R15_AStrangerWhoMayAskIsHeardAndNotKnown) {
  ConnectionBounds connections({kLimits, kLimits}, &IsSocketOpen);
  Admission strangers({kCallsMax, 1 << 20, kCallsMax, 1 << 20, kCallsMax});
  CallEnvironment to_all = Environment(identity_.get());
  to_all.connections = &connections;
  to_all.strangers = &strangers;
  WhoAmIService service(to_all);
  const auto server = GrpcServer::Start(OnlyServing(&service, &connections));
  ASSERT_TRUE(server.ok()) << server.status();
  std::thread accepting([&] { Accept(server->get()); });
  GetCheckpointResponse response;

  EXPECT_TRUE(
      Call(Channel(files_->Leaf(kDelta, "stranger", "/platform/unlisted"), (*server)->api_port()),
           &response)
          .ok());
  const ConnectionBounds::Figures figures = FiguresAtTheEnd(&connections);

  EXPECT_EQ(figures.ended_unproved, 1u);
  EXPECT_EQ(figures.ended_unheard, 0u);
  (*server)->StopAccepting();
  accepting.join();
}

TEST_F(MtlsTest, OtherCasTakeEffectWithTheNextHandshake) {
  const auto late = files_->Leaf(kDelta, "late", kPortal, "", "late");
  const std::string late_ca = files_->Ca(kDelta, "late").certificate_pem;
  const auto open = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(open, &response).ok());
  api_->calls = 0;
  ExpectNoConnection(Channel(late, server_->federation_port()));

  EXPECT_EQ(ReasonOf(server_->credentials()->ReplaceClientCas("no certificate")),
            Reason::kCertificateUnreadable);
  ASSERT_TRUE(server_->credentials()->ReplaceClientCas(late_ca).ok());

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(Channel(late, server_->federation_port()), &response))),
            Reason::kIdentityInvalid)
      << "the handshake is done; the service behind it knows only the admin socket";
  ExpectNoConnection(Channel(files_->Leaf(kDelta, "portal", kPortal), server_->federation_port()));
  EXPECT_TRUE(Call(open, &response).ok()) << "whose identity is judged call by call";
}

TEST_F(MtlsTest, N09_ACertificateIsReplacedWithoutANewListenerAndABrokenPairIsNot) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  const auto next = files_->Leaf(kDelta, "next-node", "/node/log-1", "", "next");
  const auto other = files_->Leaf(kDelta, "other-node", "/node/log-2");
  const auto open = Channel(portal, server_->api_port());
  // Trusts the CA of the next certificate alone; made anew, for one that failed waits.
  const auto of_next = [&] {
    return *NewPeerChannel({absl::StrCat("127.0.0.1:", server_->api_port()), kDelta,
                            files_->Ca(kDelta, "next").certificate_pem, portal.certificate_pem,
                            portal.key_pem, &caller_clock_});
  };
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(open, &response).ok());
  api_->calls = 0;
  ExpectNoConnection(of_next());
  ListenerCredentials& credentials = *server_->credentials();

  EXPECT_EQ(ReasonOf(credentials.ReplaceCertificate(next.certificate_pem, other.key_pem)),
            Reason::kCertificateKeyMismatch);
  EXPECT_EQ(ReasonOf(credentials.ReplaceCertificate("no certificate", next.key_pem)),
            Reason::kCertificateUnreadable);
  ExpectNoConnection(of_next());
  ExpectStillServes();
  ASSERT_TRUE(credentials.ReplaceCertificate(next.certificate_pem, next.key_pem).ok());

  EXPECT_TRUE(Call(of_next(), &response).ok());
  EXPECT_TRUE(Call(open, &response).ok());
}

TEST_F(MtlsTest, ReplacedBundlesCountForOpenConnectionsToo) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(channel, &response).ok());
  TrustBundles others;
  ASSERT_TRUE(others.Add(kDelta, files_->Ca(kDelta, "next").certificate_pem).ok());

  identity_->Replace(std::move(others));

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  const auto next = files_->Leaf(kDelta, "next-portal", kPortal, "", "next");
  EXPECT_TRUE(Call(Channel(next, server_->api_port()), &response).ok());
}

TEST_F(MtlsTest, AClientWithoutACertificateDoesNotConnect) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = delta_cas_;
  ExpectNoConnection(grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->api_port()),
                                         grpc::SslCredentials(tls)));
  ExpectNoConnection(grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->api_port()),
                                         grpc::InsecureChannelCredentials()));
}

TEST_F(MtlsTest, AServerOfAnotherMembersCaIsNotTalkedTo) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  const auto channel = NewPeerChannel({absl::StrCat("127.0.0.1:", server_->api_port()), kDelta,
                                       files_->Ca(kHub).certificate_pem, portal.certificate_pem,
                                       portal.key_pem, &caller_clock_});
  ASSERT_TRUE(channel.ok());

  ExpectNoConnection(*channel);
}

TEST_F(MtlsTest, APlatformOfThePeerCannotAnswerInPlaceOfItsNode) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  ConnectionBounds connections({kLimits, kLimits}, &IsSocketOpen);
  WhoAmIService service(Environment(identity_.get()));
  GrpcServerOptions options = OnlyServing(&service, &connections);
  options.tls.certificate = portal.certificate_pem;
  options.tls.private_key = portal.key_pem;
  const auto impostor = GrpcServer::Start(options);
  ASSERT_TRUE(impostor.ok()) << impostor.status();

  std::thread accepting([&] { Accept(impostor->get()); });

  ExpectNoConnection(Channel(portal, (*impostor)->api_port()));
  (*impostor)->StopAccepting();
  accepting.join();

  EXPECT_EQ(service.calls, 0);
  ExpectStillServes();
}

TEST_F(MtlsTest, ANodeOfAnotherTrustDomainThanExpectedIsNotTalkedTo) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  const auto channel =
      NewPeerChannel({absl::StrCat("127.0.0.1:", server_->api_port()), kHub, delta_cas_,
                      portal.certificate_pem, portal.key_pem, &caller_clock_});
  ASSERT_TRUE(channel.ok());

  ExpectNoConnection(*channel);
}

TEST_F(MtlsTest, AMessageOfHundredMegabytesIsRefusedBeforeTheServiceSeesIt) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointRequest request;
  GetCheckpointRequest::GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(
      1000, std::string(100 << 20, 'x'));
  GetCheckpointResponse response;

  const grpc::Status status = Call(channel, &response, request);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  EXPECT_EQ(api_->calls, 0);
  ExpectStillServes();
}

TEST_F(MtlsTest, AFullExecutorAnswersOverloaded) {
  executor_.full = true;
  ExpectRefused(Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port()),
                Reason::kOverloaded);
  executor_.full = false;
  ExpectStillServes();
}

TEST_F(MtlsTest, NoPlaceAmongTheCallsInFlightAnswersOverloadedAndAnAnswerFreesItsPlace) {
  {
    std::vector<std::optional<Admission::Place>> taken;
    const SpiffeId another = *SpiffeId::Parse("spiffe://delta.example/platform/another");
    for (size_t i = 0; i < kCallsMax; ++i) taken.push_back(admission_.TryEnter(another));
    ASSERT_TRUE(taken.back().has_value());
    ExpectRefused(Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port()),
                  Reason::kOverloaded);
    // A stranger is told so and not that there is no room.
    ExpectRefused(
        Channel(files_->Leaf(kDelta, "stranger", "/platform/unlisted"), server_->api_port()),
        Reason::kIdentityNotListed);
  }
  ExpectStillServes();
  ExpectStillServes();
}

TEST_F(MtlsTest, ALibrarysErrorIsWrittenForTheOperatorAndHiddenFromTheCaller) {
  api_->failure = absl::UnknownError("rocksdb: block 7 of /var/lib/mrg/000012.sst");
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  GetCheckpointResponse response;

  const grpc::Status status = Call(channel, &response);

  EXPECT_EQ(ReasonOf(GrpcToStatus(status)), Reason::kInvariantBroken);
  EXPECT_THAT(status.error_message() + status.error_details(), Not(HasSubstr("rocksdb")));
  EXPECT_THAT(events_.Take(),
              ElementsAre(HasSubstr("\"event\":\"call_failed\",\"method\":"
                                    "\"mrg.audit.v1.AuditService/GetCheckpoint\","
                                    "\"code\":\"UNKNOWN\",\"detail\":\"rocksdb: block 7")));

  api_->failure = MakeFieldError(Reason::kFieldTooLong, "a", "expected less");
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kFieldTooLong);
  EXPECT_THAT(events_.Take(), IsEmpty()) << "a caller's fault is the caller's to mend";
}

TEST_F(MtlsTest, TheAdminSocketIsTheAdminAndNoTlsPeerIs) {
  GetCheckpointResponse response;
  const auto admin =
      grpc::CreateChannel("unix:" + options_.admin_socket, grpc::InsecureChannelCredentials());
  EXPECT_TRUE(Call(admin, &response).ok());
  EXPECT_EQ(response.checkpoint(), AdminIdentity().value());

  // A service of the admin socket that stands on a TLS listener by mistake answers nobody.
  GetCheckpointResponse nothing;
  EXPECT_EQ(
      ReasonOf(GrpcToStatus(Call(
          Channel(files_->Leaf(kDelta, "portal", kPortal), server_->federation_port()), &nothing))),
      Reason::kIdentityInvalid);
  EXPECT_EQ(misplaced_->calls, 0);
}

// Answers when it is told to.
class HeldService : public RawService {
 public:
  explicit HeldService(const CallEnvironment& environment)
      : RawService("mrg.audit.v1.AuditService", environment) {
    AddAsync<GetCheckpointRequest, GetCheckpointResponse>(
        "GetCheckpoint", [this](const CallContext&, std::shared_ptr<const GetCheckpointRequest>,
                                std::function<void(absl::StatusOr<GetCheckpointResponse>)> done) {
          done_ = std::move(done);
          called_.Notify();
        });
  }

  void WaitForCall() { called_.WaitForNotification(); }
  void Answer() { done_(GetCheckpointResponse()); }

 private:
  absl::Notification called_;
  std::function<void(absl::StatusOr<GetCheckpointResponse>)> done_;
};

TEST_F(MtlsTest, N10_AllListenersBeginToEndAtOnceSoThatOneCallEatsNoGraceOfTheOthers) {
  HeldService held(Environment(identity_.get()));
  WhoAmIService admin(Environment(&admin_identity_));
  ConnectionBounds connections({kLimits, kLimits}, &IsSocketOpen);
  GrpcServerOptions options = options_;
  options.connections = &connections;
  options.federation_address = "";
  options.admin_socket = socket_folder_ + "/other.sock";
  options.api_services = {&held};
  options.federation_services = {};
  options.admin_services = {&admin};
  const auto server = GrpcServer::Start(options);
  ASSERT_TRUE(server.ok()) << server.status();
  std::thread accepting([&] { Accept(server->get()); });
  const auto by_socket =
      grpc::CreateChannel("unix:" + options.admin_socket, grpc::InsecureChannelCredentials());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(by_socket, &response).ok());
  std::atomic<bool> answered = false;
  grpc::Status answer;
  std::thread caller([&] {
    GetCheckpointResponse ignored;
    answer =
        Call(Channel(files_->Leaf(kDelta, "portal", kPortal), (*server)->api_port()), &ignored);
    answered = true;
  });
  held.WaitForCall();
  (*server)->StopAccepting();
  accepting.join();

  std::thread ending([&] { (*server)->Shutdown(absl::Seconds(10)); });

  // A place may be taken meanwhile: only that nobody answers counts.
  while (!answered && Call(by_socket, &response).error_code() != grpc::StatusCode::UNAVAILABLE) {
  }
  EXPECT_FALSE(answered) << "the call of the api listener has its grace";
  held.Answer();
  caller.join();
  ending.join();
  EXPECT_TRUE(answer.ok()) << answer.error_message();
}

TEST_F(MtlsTest, ABadListenerIsNamedAndNothingStarts) {
  WhoAmIService service(Environment(identity_.get()));
  WhoAmIService other(Environment(identity_.get()));
  GrpcServerOptions options = options_;
  options.api_services = {&service};
  options.federation_services = {&other};
  options.admin_services = {};

  options.admin_socket = socket_folder_ + "/other.sock";
  ASSERT_EQ(chmod(socket_folder_.c_str(), 0755), 0);
  absl::Status status = GrpcServer::Start(options).status();
  EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0700"));
  options.admin_socket = "/" + std::string(200, 'x') + "/admin.sock";
  EXPECT_THAT(std::string(GrpcServer::Start(options).status().message()),
              HasSubstr("listeners.admin_socket: expected at most 107 bytes"));

  options.admin_socket = "";
  options.api_address = absl::StrCat("127.0.0.1:", server_->api_port());
  status = GrpcServer::Start(options).status();
  EXPECT_EQ(ReasonOf(status), Reason::kConfigInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("listeners.api"));

  options.api_address = "127.0.0.1:0";
  options.tls.private_key = files_->Leaf(kDelta, "portal", kPortal).key_pem;
  EXPECT_EQ(ReasonOf(GrpcServer::Start(options).status()), Reason::kCertificateKeyMismatch);
  options.tls.client_cas = "not PEM";
  options.tls.private_key = options_.tls.private_key;
  EXPECT_EQ(ReasonOf(GrpcServer::Start(options).status()), Reason::kCertificateUnreadable);
}

}  // namespace
}  // namespace mrg
