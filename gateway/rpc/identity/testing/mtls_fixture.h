#ifndef MRG_GATEWAY_RPC_IDENTITY_TESTING_MTLS_FIXTURE_H_
#define MRG_GATEWAY_RPC_IDENTITY_TESTING_MTLS_FIXTURE_H_

// Listeners with real handshakes over loopback, and who calls them, for the tests of identity.
//
// Threads: of the test's main thread.

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
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/call_log.h"
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

using audit::v1::AuditService;
using audit::v1::GetCheckpointRequest;
using audit::v1::GetCheckpointResponse;

inline constexpr char kDelta[] = "delta.example";
inline constexpr char kHub[] = "hub.example";
inline constexpr char kPortal[] = "/jurisdiction/31/platform/portal";

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
    options_.tls = {node.certificate_pem, node.key_pem, all_cas};
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
            &reads_,  &connections_,        &failures_, nullptr, &call_log_};
  }

  // Of another server, whose only listener is one of `api`.
  GrpcServerOptions OnlyServing(RawService* api, ConnectionBounds* connections) const {
    GrpcServerOptions options = options_;
    options.connections = connections;
    options.federation_address = "";
    options.admin_socket = "";
    options.api_services = {api};
    return options;
  }

  std::shared_ptr<grpc::Channel> Channel(const TestCertificates::Pair& own, int port) {
    auto channel = NewPeerChannel({absl::StrCat("127.0.0.1:", port), kDelta, delta_cas_,
                                   own.certificate_pem, own.key_pem, &caller_clock_});
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

  static inline TestCertificates* files_ = nullptr;

  std::string socket_folder_, delta_cas_, forger_ca_;
  // Ahead of the CA certificates, which begin when the first test makes them.
  SimulatedClock clock_{RealClock().Now() + absl::Minutes(1)};
  const RealClock caller_clock_;
  MetricRegistry registry_;
  RpcMetrics metrics_{&registry_};
  InPlaceExecutor executor_;
  // More than one: a place is free some time after its caller has the answer.
  static constexpr size_t kCallsMax = 4;
  Admission admission_{{kCallsMax, 1 << 20, kCallsMax, 1 << 20, kCallsMax}};
  ReadDeadlines reads_;
  KeptEvents events_;
  FailureLog failures_{&events_};
  CallLog call_log_{&events_};  // off
  static constexpr ConnectionLimits kLimits = {
      .open_max = 64, .address_max = 64, .unproved_max = 32, .address_unproved_max = 32};
  ConnectionBounds connections_{{kLimits, kLimits}, &IsSocketOpen};
  std::unique_ptr<TlsPeerIdentity> identity_;
  AdminSocketIdentity admin_identity_;
  std::unique_ptr<Authorization> authorization_;
  std::unique_ptr<WhoAmIService> api_, admin_, misplaced_;
  GrpcServerOptions options_;
  std::unique_ptr<GrpcServer> server_;
  std::thread accepting_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_IDENTITY_TESTING_MTLS_FIXTURE_H_
