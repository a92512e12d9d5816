// Real handshakes over loopback: who reaches a service, as whom, and who does not.

#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/answer/authorization.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/event_log.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/grpc_server.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/rpc/server/raw_service.h"
#include "gateway/rpc/server/read_deadlines.h"
#include "gmock/gmock.h"
#include "grpc/support/time.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using audit::v1::GetCheckpointRequest;
using audit::v1::GetCheckpointResponse;
using testing::HasSubstr;
using testing::Not;

constexpr char kDelta[] = "delta.example";
constexpr char kHub[] = "hub.example";
constexpr char kPortal[] = "/jurisdiction/31/platform/portal";

// Runs work in place, or refuses it.
class InPlaceExecutor : public Executor {
 public:
  bool TrySubmit(std::function<void()> work) override {
    if (full) return false;
    work();
    return true;
  }
  std::atomic<bool> full{false};
};

// Keeps the lines.
class KeptEvents : public EventLog {
 public:
  void Write(Event event, EventFields fields) override {
    lines += EventLine::Of(absl::UnixEpoch(), event, fields) + "\n";
  }
  std::string lines;
};

// Answers with the identity that it was called by, or as `failure` says.
class WhoAmIService : public RawService {
 public:
  explicit WhoAmIService(const CallEnvironment& environment)
      : RawService("mrg.audit.v1.AuditService", environment) {
    Add<GetCheckpointRequest, GetCheckpointResponse>(
        "GetCheckpoint",
        [this](const CallContext& call,
               const GetCheckpointRequest&) -> absl::StatusOr<GetCheckpointResponse> {
          ++calls;
          if (!failure.ok()) return failure;
          GetCheckpointResponse answer;
          answer.set_checkpoint(call.caller.identity.value());
          return answer;
        });
  }

  std::atomic<int> calls{0};
  absl::Status failure;  // set while no call runs
};

class MtlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TestCertificates(); }
  static void TearDownTestSuite() { delete files_; }

  void SetUp() override {
    // The test's own folder is longer than a socket's path may be.
    socket_folder_ = "/tmp/mtls_test.XXXXXX";
    ASSERT_NE(mkdtemp(socket_folder_.data()), nullptr);
    // Two CAs are delta's own: the second is its next one, and makes a second certificate with the
    // same common name possible.
    delta_cas_ = files_->Ca(kDelta).certificate_pem + files_->Ca(kDelta, "next").certificate_pem;
    TrustBundles bundles;
    ASSERT_TRUE(bundles.Add(kDelta, delta_cas_).ok());
    // The hub's domain, whose CA here also signs names of delta's domain.
    forger_ca_ = files_->Ca(kDelta, "forger").certificate_pem;
    ASSERT_TRUE(bundles.Add(kHub, files_->Ca(kHub).certificate_pem + forger_ca_).ok());
    const std::string all_cas = bundles.all_pem();
    identity_ = std::make_unique<TlsPeerIdentity>(std::move(bundles));
    authorization_ = std::make_unique<Authorization>(
        *Authorization::Create({{absl::StrCat("spiffe://", kDelta, "/jurisdiction/*/platform/*"),
                                 {"mrg.audit.v1.AuditService/GetCheckpoint"},
                                 {},
                                 {}}},
                               {}));
    api_ = std::make_unique<WhoAmIService>(Environment(identity_.get()));
    admin_ = std::make_unique<WhoAmIService>(Environment(&admin_identity_));
    misplaced_ = std::make_unique<WhoAmIService>(Environment(&admin_identity_));

    const TestCertificates::Pair node = files_->Leaf(kDelta, "node", "/node/log-1");
    options_.api_address = "127.0.0.1:0";
    options_.federation_address = "127.0.0.1:0";
    options_.admin_socket = socket_folder_ + "/admin.sock";
    options_.certificate_pem = node.certificate_pem;
    options_.private_key_pem = node.key_pem;
    options_.client_ca_pem = all_cas;
    options_.connections = &connections_;
    options_.failures = &failures_;
    options_.metrics = &metrics_;
    options_.clock = &clock_;
    options_.api_services = {api_.get()};
    options_.federation_services = {misplaced_.get()};
    options_.admin_services = {admin_.get()};
    auto server = GrpcServer::Start(options_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    accepting_ = std::thread([this] { Accept(server_.get()); });
  }

  static void Accept(GrpcServer* server) {
    while (server->AcceptOnce()) {
    }
  }

  void TearDown() override {
    server_->StopAccepting();
    accepting_.join();
    server_.reset();
    std::filesystem::remove_all(socket_folder_);
  }

  CallEnvironment Environment(PeerIdentity* identity) {
    return {identity, authorization_.get(), &executor_, &clock_, &metrics_, &admission_,
            &reads_,  &connections_,        &failures_};
  }

  std::shared_ptr<grpc::Channel> Channel(const TestCertificates::Pair& own, int port) {
    auto channel = NewPeerChannel(
        {absl::StrCat("127.0.0.1:", port), kDelta, delta_cas_, own.certificate_pem, own.key_pem});
    EXPECT_TRUE(channel.ok()) << channel.status();
    return *std::move(channel);
  }

  static grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                           GetCheckpointResponse* response,
                           const GetCheckpointRequest& request = {}) {
    grpc::ClientContext context;
    context.set_deadline(
        gpr_time_add(gpr_now(GPR_CLOCK_REALTIME), gpr_time_from_seconds(20, GPR_TIMESPAN)));
    return AuditService::NewStub(channel)->GetCheckpoint(&context, request, response);
  }

  void ExpectRefused(const std::shared_ptr<grpc::Channel>& channel, Reason reason) {
    GetCheckpointResponse response;
    const absl::Status status = GrpcToStatus(Call(channel, &response));
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(response.checkpoint(), "");
    EXPECT_EQ(api_->calls, 0);
  }

  // The handshake itself fails: no reason, and nothing reaches a service.
  void ExpectNoConnection(const std::shared_ptr<grpc::Channel>& channel) {
    GetCheckpointResponse response;
    const grpc::Status status = Call(channel, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_FALSE(ReasonOf(GrpcToStatus(status)).has_value());
    EXPECT_EQ(api_->calls, 0);
  }

  void ExpectStillServes() {
    GetCheckpointResponse response;
    const TestCertificates::Pair portal = files_->Leaf(kDelta, "portal", kPortal);
    EXPECT_TRUE(Call(Channel(portal, server_->api_port()), &response).ok());
    EXPECT_EQ(response.checkpoint(), absl::StrCat("spiffe://", kDelta, kPortal));
  }

  static TestCertificates* files_;

  std::string socket_folder_, delta_cas_, forger_ca_;
  // Ahead of the CA certificates, which begin when the first test makes them.
  SimulatedClock clock_{RealClock().Now() + absl::Minutes(1)};
  MetricRegistry registry_;
  RpcMetrics metrics_{&registry_};
  InPlaceExecutor executor_;
  Admission admission_{{1, 1 << 20, 1, 1 << 20, 1}};
  ReadDeadlines reads_;
  KeptEvents events_;
  FailureLog failures_{&events_};
  ConnectionBounds connections_{{{64, 64, 32}, {64, 64, 32}}, &IsSocketOpen};
  std::unique_ptr<TlsPeerIdentity> identity_;
  AdminSocketIdentity admin_identity_;
  std::unique_ptr<Authorization> authorization_;
  std::unique_ptr<WhoAmIService> api_, admin_, misplaced_;
  GrpcServerOptions options_;
  std::unique_ptr<GrpcServer> server_;
  std::thread accepting_;
};

TestCertificates* MtlsTest::files_ = nullptr;

TEST_F(MtlsTest, AListedIdentityIsAnsweredAndCounted) {
  ExpectStillServes();

  EXPECT_EQ(api_->calls, 1);
  EXPECT_THAT(registry_.Text(),
              HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetCheckpoint\","
                        "grpc_service=\"mrg.audit.v1.AuditService\"} 1"));
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

TEST_F(MtlsTest, OtherCasForTheFederationListenerTakeEffectAtTheSamePort) {
  const auto late = files_->Leaf(kDelta, "late", kPortal, "", "late");
  const std::string late_ca = files_->Ca(kDelta, "late").certificate_pem;
  const int port = server_->federation_port();
  ExpectNoConnection(Channel(late, port));

  EXPECT_EQ(ReasonOf(server_->ReplaceFederationCas("no certificate", absl::ZeroDuration())),
            Reason::kCertificateUnreadable);
  ASSERT_TRUE(server_->ReplaceFederationCas(late_ca, absl::ZeroDuration()).ok());

  EXPECT_EQ(server_->federation_port(), port);
  GetCheckpointResponse response;
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(Channel(late, port), &response))), Reason::kIdentityInvalid)
      << "the handshake is done; the service behind it knows only the admin socket";
  ExpectNoConnection(Channel(files_->Leaf(kDelta, "portal", kPortal), port));
  ExpectStillServes();
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

TEST_F(MtlsTest, R15_ARevokedCertificateIsRefusedAlsoOnAConnectionThatIsOpen) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto revoked = Channel(files_->Leaf(kDelta, "lost", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(revoked, &response).ok());
  const auto lists = ParsePemRevocationLists(files_->Revocations(kDelta, "lost"));
  ASSERT_TRUE(lists.ok()) << lists.status();

  identity_->ReplaceRevocations({{kDelta, *lists}});

  const absl::Status status = GrpcToStatus(Call(revoked, &response));
  EXPECT_EQ(ReasonOf(status), Reason::kIdentityInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("revoked"));
  EXPECT_TRUE(Call(channel, &response).ok());
}

TEST_F(MtlsTest, R15_AListThatHasRunOutOrIsMissingProvesNothing) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto expired = ParsePemRevocationLists(files_->Revocations(kDelta, "", "--expired"));
  const auto of_another_ca = ParsePemRevocationLists(files_->Revocations(kDelta, "", "", "next"));
  ASSERT_TRUE(expired.ok() && of_another_ca.ok());
  GetCheckpointResponse response;

  identity_->ReplaceRevocations({{kDelta, *expired}});
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  identity_->ReplaceRevocations({{kDelta, *of_another_ca}});
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  identity_->ReplaceRevocations({});
  EXPECT_TRUE(Call(channel, &response).ok());
}

TEST_F(MtlsTest, R15_AListThatRunsOutWhileAConnectionIsOpenCountsFromThenOn) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto lists = ParsePemRevocationLists(files_->Revocations(kDelta, ""));
  ASSERT_TRUE(lists.ok());
  identity_->ReplaceRevocations({{kDelta, *lists}});
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(channel, &response).ok());

  clock_.SetWallTime(lists->front().next_update() - absl::Seconds(1));
  EXPECT_TRUE(Call(channel, &response).ok());
  clock_.SetWallTime(lists->front().next_update() + absl::Seconds(1));

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
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
  const auto channel =
      NewPeerChannel({absl::StrCat("127.0.0.1:", server_->api_port()), kDelta,
                      files_->Ca(kHub).certificate_pem, portal.certificate_pem, portal.key_pem});
  ASSERT_TRUE(channel.ok());

  ExpectNoConnection(*channel);
}

TEST_F(MtlsTest, APlatformOfThePeerCannotAnswerInPlaceOfItsNode) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  ConnectionBounds connections({{64, 64, 32}, {64, 64, 32}}, &IsSocketOpen);
  WhoAmIService service(Environment(identity_.get()));
  GrpcServerOptions options = options_;
  options.connections = &connections;
  options.federation_address = "";
  options.admin_socket = "";
  options.api_services = {&service};
  options.certificate_pem = portal.certificate_pem;
  options.private_key_pem = portal.key_pem;
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
  const auto channel = NewPeerChannel({absl::StrCat("127.0.0.1:", server_->api_port()), kHub,
                                       delta_cas_, portal.certificate_pem, portal.key_pem});
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
    const auto taken = admission_.TryEnter("another");
    ASSERT_TRUE(taken.has_value());
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
  EXPECT_THAT(events_.lines, HasSubstr("\"event\":\"call_failed\",\"method\":"
                                       "\"mrg.audit.v1.AuditService/GetCheckpoint\","
                                       "\"code\":\"UNKNOWN\",\"detail\":\"rocksdb: block 7"));

  events_.lines.clear();
  api_->failure = MakeFieldError(Reason::kFieldTooLong, "a", "expected less");
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kFieldTooLong);
  EXPECT_EQ(events_.lines, "") << "a caller's fault is the caller's to mend";
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

TEST_F(MtlsTest, ABadListenerIsNamedAndNothingStarts) {
  WhoAmIService service(Environment(identity_.get()));
  GrpcServerOptions options = options_;
  options.api_services = {&service};
  options.federation_services = {};
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
  options.private_key_pem = files_->Leaf(kDelta, "portal", kPortal).key_pem;
  EXPECT_EQ(ReasonOf(GrpcServer::Start(options).status()), Reason::kCertificateKeyMismatch);
  options.client_ca_pem = "not PEM";
  options.private_key_pem = options_.private_key_pem;
  EXPECT_EQ(ReasonOf(GrpcServer::Start(options).status()), Reason::kCertificateUnreadable);
}

}  // namespace
}  // namespace mrg
