// How a node begins and ends: with what it cannot start it says why in one line, and what it was
// asked before it is told to stop it answers.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/federation/every_method.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/silent_peer.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using testing::AllOf;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace fs = std::filesystem;

// Result: what Health/Check says of the service, or the reason of its refusal.
std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = Call<grpc::health::v1::Health>(
      channel, &grpc::health::v1::Health::Stub::Check, request, &response);
  if (!status.ok()) return ReasonIn(status);
  return grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status());
}

// Less than a call to a peer may take, which is five seconds.
constexpr absl::Duration kStopMax = absl::Seconds(4);

// A laid-out federation in which no node runs.
class Start : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto federation = Federation::LayOut();
    ASSERT_TRUE(federation.ok()) << federation.status();
    federation_ = *std::move(federation);
  }
  static void TearDownTestSuite() { federation_.reset(); }

  void SetUp() override { ASSERT_NE(federation_, nullptr); }

  // Starts the Delta's node with its configuration changed. Expects it to refuse.
  // Result: the lines on stderr that are no events.
  static std::vector<std::string> Refusal(const std::string& from, const std::string& to) {
    std::string config = ReadTestFile(federation_->Path(kDelta, "node.textproto"));
    EXPECT_TRUE(absl::StrContains(config, from)) << from;
    config = absl::StrReplaceAll(config, {{from, to}});
    const std::string path = federation_->Path(kDelta, "changed.textproto");
    WriteTestFile(path, config);
    const Ran ran = RunToEnd({"gateway/daemon/mrgd", "--config", path}, federation_->folder());
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, Not(HasSubstr("node_stopp")));
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(ran.err, '\n', absl::SkipEmpty())) {
      if (!absl::StartsWith(line, "{")) lines.emplace_back(line);
    }
    return lines;
  }

  static std::string Tls(const std::string& name) {
    return federation_->Path(kDelta, "tls/" + name);
  }

  static std::unique_ptr<Federation> federation_;
};

std::unique_ptr<Federation> Start::federation_;

TEST_F(Start, AnUnknownKeyIsRefusedWithItsLine) {
  EXPECT_THAT(Refusal("log_id: \"log-1\"", "log_id: \"log-1\"\ncolour: \"red\""),
              ElementsAre(AllOf(StartsWith("mrgd: CONFIG_INVALID: "),
                                HasSubstr("changed.textproto: line 6"), HasSubstr("\"colour\""))));
}

TEST_F(Start, AFieldThatIsNotValidIsRefusedByName) {
  EXPECT_THAT(Refusal("data_dir: \"data\"", ""),
              ElementsAre("mrgd: CONFIG_INVALID: data_dir: expected a path"));
  EXPECT_THAT(Refusal("jurisdictions: \"34\"", "jurisdictions: \"34a\""),
              ElementsAre(StartsWith("mrgd: CONFIG_INVALID: jurisdictions[3]: expected ")));
  EXPECT_THAT(Refusal("is_hub: true", ""), ElementsAre(StartsWith("mrgd: CONFIG_INVALID: peers")));
}

TEST_F(Start, ADataFolderOfAnotherFormatIsRefusedInOneLineAndLeftAlone) {
  const std::string folder = federation_->Path(kDelta, "other-data");
  std::filesystem::create_directory(folder);
  WriteTestFile(folder + "/FORMAT", "mrg data format 0\n");
  EXPECT_THAT(Refusal("data_dir: \"data\"", "data_dir: \"other-data\""),
              ElementsAre(AllOf(
                  StartsWith("mrgd: CONFIG_INVALID: data folder "), HasSubstr("other-data"),
                  HasSubstr("it states \"mrg data format 0\", and this version reads only"))));

  std::filesystem::remove(folder + "/FORMAT");
  WriteTestFile(folder + "/CURRENT", "of a store without a mark");
  EXPECT_THAT(Refusal("data_dir: \"data\"", "data_dir: \"other-data\""),
              ElementsAre(AllOf(StartsWith("mrgd: CONFIG_INVALID: data folder "),
                                HasSubstr("does not state its format"))));
  EXPECT_EQ(ReadTestFile(folder + "/CURRENT"), "of a store without a mark");
  EXPECT_FALSE(std::filesystem::exists(folder + "/LOCK"));
}

TEST_F(Start, ACertificateThatCannotBeReadIsRefusedByFieldAndFile) {
  EXPECT_THAT(Refusal("tls/node.pem", "tls/absent.pem"),
              ElementsAre(AllOf(StartsWith("mrgd: CERTIFICATE_UNREADABLE: tls.cert_path: "),
                                HasSubstr("tls/absent.pem"))));
  WriteTestFile(Tls("garbage.pem"), "no certificate\n");
  EXPECT_THAT(Refusal("tls/node.pem", "tls/garbage.pem"),
              ElementsAre(AllOf(StartsWith("mrgd: CERTIFICATE_UNREADABLE: tls: "),
                                HasSubstr("tls/garbage.pem"))));
  EXPECT_THAT(
      Refusal("../hub/tls/ca.pem", "../hub/tls/absent.pem"),
      ElementsAre(AllOf(
          StartsWith(
              "mrgd: CERTIFICATE_UNREADABLE: trust_domains.ca_bundle_path of hub.mrg.example: "),
          HasSubstr("../hub/tls/absent.pem"))));
}

TEST_F(Start, M11_ACertificateThatHasEndedStopsTheStartWithOneLine) {
  const Ran made =
      RunToEnd({"deploy/make-certificates", federation_->Path(kDelta, "tls"),
                "yangtze-delta.mrg.example", "leaf", "ended", "/node/log-1", "--expired"},
               ".");
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string node = "cert_path: \"tls/node.pem\" key_path: \"tls/node.key\"";
  const std::string ended = "cert_path: \"tls/ended.pem\" key_path: \"tls/ended.key\"";

  EXPECT_THAT(Refusal(node, ended),
              ElementsAre(AllOf(StartsWith("mrgd: CONFIG_INVALID: tls.cert_path: "),
                                HasSubstr("it ended at "))));
}

TEST_F(Start, B21_AnEncryptedKeyIsRefusedWithOneLine) {
  const Ran locked = RunToEnd({"openssl", "pkcs8", "-topk8", "-in", Tls("node.key"), "-out",
                               Tls("locked.key"), "-passout", "pass:of-a-test"},
                              federation_->folder());
  ASSERT_EQ(locked.code, 0) << locked.err;
  fs::permissions(Tls("locked.key"), fs::perms::owner_read);

  EXPECT_THAT(Refusal("tls/node.key", "tls/locked.key"),
              ElementsAre(AllOf(StartsWith("mrgd: CERTIFICATE_UNREADABLE: tls: "),
                                HasSubstr("tls/locked.key"), HasSubstr("without a passphrase"))));
}

TEST_F(Start, AWrongCommandLineIsRefusedWithCodeTwo) {
  EXPECT_EQ(RunToEnd({"gateway/daemon/mrgd"}, federation_->folder()).code, 2);
  EXPECT_EQ(RunToEnd({"gateway/daemon/mrgd", "--configuration", "x"}, federation_->folder()).code,
            2);
  EXPECT_EQ(RunToEnd({"gateway/daemon/mrgd", "--help"}, federation_->folder()).code, 0);
}

TEST_F(Start, AConfigurationIsCheckedWhileANodeRunsWithIt) {
  ASSERT_TRUE(federation_->StartNode(kDelta).ok());
  const std::vector<std::string> check = {"gateway/daemon/mrgd", "--check-config", "--config",
                                          federation_->Path(kDelta, "node.textproto")};

  const auto sound = RunToEnd(check, federation_->folder());
  const fs::path key = federation_->Path(kDelta, "keys/online/log.pem");
  fs::permissions(key, fs::perms(0644));
  const auto open_key = RunToEnd(check, federation_->folder());
  fs::permissions(key, fs::perms(0600));

  EXPECT_EQ(sound.code, 0);
  EXPECT_THAT(sound.out, HasSubstr("are in order: region yangtze-delta, 4 jurisdictions"));
  EXPECT_EQ(open_key.code, 1);
  EXPECT_THAT(open_key.err, HasSubstr("KEY_FILE_INVALID: keys.log_path: "));
  EXPECT_EQ(federation_->StopNode(kDelta), 0) << "the one that ran went on";
}

TEST_F(Start, ADoctorSeesTheNodeItsFilesAndItsPeers) {
  const std::vector<std::string> examine = {
      "gateway/cli/mrgctl", "doctor",
      "--timeout",          "2",
      "--config",           federation_->Path(kDelta, "node.textproto")};
  const auto stopped = RunToEnd(examine, federation_->folder());
  ASSERT_TRUE(federation_->StartNode(kDelta).ok());
  const auto running = RunToEnd(examine, federation_->folder());
  EXPECT_EQ(federation_->StopNode(kDelta), 0);

  EXPECT_THAT(stopped.out,
              AllOf(HasSubstr("\nok    keys: "), HasSubstr("\nsoon  node: none answers"),
                    HasSubstr("\nok    listener federation: "), HasSubstr("\nsoon  peer hub: ")));
  EXPECT_THAT(running.out, AllOf(HasSubstr("\nFAULT readiness: "), HasSubstr("\n      -> ")));
  EXPECT_EQ(running.code, 1) << "it has no lists";
}

TEST_F(Start, ACertificateAndAKeyThatDoNotBelongTogetherAreRefused) {
  EXPECT_THAT(Refusal("tls/node.key", "tls/operator.key"),
              ElementsAre(AllOf(StartsWith("mrgd: CERTIFICATE_KEY_MISMATCH: tls: "),
                                HasSubstr("tls/node.pem"), HasSubstr("tls/operator.key"))));
}

TEST_F(Start, AKeyThatOthersMayReadIsRefused) {
  WriteTestFile(Tls("open.key"), ReadTestFile(Tls("node.key")), 0644);
  EXPECT_THAT(Refusal("tls/node.key", "tls/open.key"),
              ElementsAre(AllOf(StartsWith("mrgd: KEY_FILE_INVALID: tls.key_path: "),
                                HasSubstr("tls/open.key"), HasSubstr("0600"))));
  WriteTestFile(federation_->Path(kDelta, "keys/online/open.pem"),
                ReadTestFile(federation_->Path(kDelta, "keys/online/log.pem")), 0644);
  EXPECT_THAT(Refusal("keys/online/log.pem", "keys/online/open.pem"),
              ElementsAre(AllOf(StartsWith("mrgd: KEY_FILE_INVALID: keys.log_path: "),
                                HasSubstr("keys/online/open.pem"), HasSubstr("0600"))));
}

TEST_F(Start, ACertificateOfAnotherSpiffeIdIsRefused) {
  EXPECT_THAT(Refusal("cert_path: \"tls/node.pem\" key_path: \"tls/node.key\"",
                      "cert_path: \"tls/operator.pem\" key_path: \"tls/operator.key\""),
              ElementsAre("mrgd: CONFIG_INVALID: tls.cert_path: expected a certificate with the "
                          "one URI SAN spiffe://yangtze-delta.mrg.example/node/log-1"));
}

// A port that somebody else listens on.
class TakenPort {
 public:
  explicit TakenPort(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(parts.second, &port));
    sockaddr_in name = {};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<uint16_t>(port));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&name), sizeof(name)), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
  }
  ~TakenPort() { close(socket_); }

 private:
  const int socket_;
};

TEST_F(Start, APortInUseIsRefusedByListener) {
  for (const char* listener : {"api", "federation", "metrics", "rest"}) {
    const std::string& address = federation_->Address(kDelta, listener);
    const TakenPort taken(address);
    EXPECT_THAT(Refusal("log_id: \"log-1\"", "log_id: \"log-1\""),
                ElementsAre(StartsWith(absl::StrCat("mrgd: CONFIG_INVALID: listeners.", listener,
                                                    ": cannot listen on ", address))));
  }
}

TEST_F(Start, AnAdminSocketInAFolderThatOthersMayEnterIsRefused) {
  ASSERT_TRUE(fs::create_directory(federation_->Path(kDelta, "shared")));
  fs::permissions(federation_->Path(kDelta, "shared"), fs::perms(0755));

  EXPECT_THAT(Refusal("run/admin.sock", "shared/admin.sock"),
              ElementsAre(AllOf(StartsWith("mrgd: CONFIG_INVALID: listeners.admin_socket: "),
                                HasSubstr("0700"))));
}

TEST_F(Start, ASecondNodeOnTheSameDataIsRefusedAndTheFirstGoesOn) {
  ASSERT_TRUE(federation_->StartNode(kDelta).ok());

  EXPECT_THAT(Refusal("log_id: \"log-1\"", "log_id: \"log-1\""),
              ElementsAre(AllOf(StartsWith("mrgd: STORE_UNAVAILABLE: "), HasSubstr("/data/LOCK"))));

  EXPECT_TRUE(federation_->TrustState(kDelta).ok());
  EXPECT_EQ(federation_->StopNode(kDelta), 0);
}

TEST_F(Start, ANodeWithoutTrustListsSaysSoAndDecidesNothing) {
  ASSERT_TRUE(federation_->StartNode(kDelta).ok());
  EXPECT_THAT(federation_->Metrics(kDelta),
              AllOf(HasSubstr("mrg_build_info{"), HasSubstr("\nmrg_ready 0\n")));
  const auto asked = RunToEnd({"gateway/cli/mrgctl", "trust", "status", "--wait", "--timeout", "1",
                               "--address", "unix:" + federation_->Path(kDelta, "run/admin.sock")},
                              federation_->folder());
  EXPECT_EQ(asked.code, 1);
  EXPECT_THAT(asked.out, StartsWith("NOT READY\n  "));
  EXPECT_THAT(asked.err, StartsWith("mrgctl: NODE_NOT_READY: "));
  const auto platform = federation_->Api(kDelta, "platform-31");
  grpc::health::v1::HealthCheckResponse health;
  RecognizeResponse response;

  const grpc::Status status =
      Recognize(platform,
                Question("31", "32",
                         SignedBy(*IssuerKey(*federation_, "issuer", "32"), DrivingLicence("32"))),
                &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), "NODE_NOT_READY");
  EXPECT_EQ(federation_->LogSize(kDelta), 0u);
  ASSERT_TRUE(
      Call<grpc::health::v1::Health>(platform, &grpc::health::v1::Health::Stub::Check, {}, &health)
          .ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(HealthOf(platform, "mrg.gateway.v1.RecognitionService"), "NOT_SERVING");
  EXPECT_EQ(HealthOf(platform, "mrg.audit.v1.AuditService"), "SERVING") << "it decides nothing";
  EXPECT_EQ(HealthOf(platform, "mrg.gateway.v1.AdminService"), "FIELD_MALFORMED")
      << "of another listener";
  const auto state = federation_->TrustState(kDelta);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_FALSE(state->ready());
  EXPECT_THAT(state->not_ready_reasons(),
              ElementsAre("NODE_NOT_READY: no trust list is in force",
                          StartsWith("LOG_KEY_NOT_TRUSTED: "), StartsWith("LOG_UNWITNESSED: ")));
  EXPECT_EQ(federation_->Probe(kDelta, "/healthz"), "200\nok\n");
  EXPECT_EQ(federation_->Probe(kDelta, "/readyz"),
            absl::StrCat("503\n", absl::StrJoin(state->not_ready_reasons(), "\n"), "\n"))
      << "as in trust status";
  EXPECT_EQ(federation_->StopNode(kDelta), 0);
}

TEST_F(Start, SigintAndSigtermEndANodeThatIsNotReady) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const std::string log = federation_->Path(kDelta, "signal.log");
    auto node = ChildProcess::Start(
        {"gateway/daemon/mrgd", "--config", federation_->Path(kDelta, "node.textproto")}, log, log);
    ASSERT_TRUE(node.ok()) << node.status();
    ASSERT_TRUE(WaitUntil([] { return federation_->TrustState(kDelta).ok(); }));
    EXPECT_FALSE(federation_->IsReady(kDelta));

    (*node)->Signal(signal);

    EXPECT_EQ((*node)->WaitForEnd(absl::Seconds(10)), 0);
    EXPECT_THAT(ReadIfThere(log),
                AllOf(ContainsRegex("\"event\":\"node_stopping\",\"member\":\"yangtze-delta\","
                                    "\"calls\":[0-9]+,\"streams\":0,\"records\":0,"
                                    "\"calls_at_most\":3.0}"),
                      HasSubstr("\"event\":\"calls_ended\",\"seconds\":"),
                      HasSubstr("\"event\":\"node_stopped\",\"member\":\"yangtze-delta\","
                                "\"records_in_log\":0,\"seconds\":")));
  }
}

TEST_F(Start, SigtermDoesNotWaitForAPeerThatNeverAnswers) {
  const SilentPeer peer(*federation_, kChuanyu);
  const RealClock clock;
  ASSERT_TRUE(federation_->StartNode(kDelta).ok());
  const auto waiting = [&](const char* method) {
    return peer.Waiting(absl::StrCat("/mrg.trustlist.v1.TrustRepositoryService/", method)) > 0;
  };
  ASSERT_TRUE(WaitUntil([&] { return waiting("GetMetadata") && waiting("ExchangeHeads"); }));
  const absl::Duration before = clock.Monotonic();

  EXPECT_EQ(federation_->StopNode(kDelta), 0);

  EXPECT_LT(clock.Monotonic() - before, kStopMax);
}

class RunningNode : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  std::map<std::string, int> offered_;  // by service: at how many listeners
};

class Threat : public RunningNode {};

TEST_F(RunningNode, EachServiceIsSaidToServeWhereItIsOffered) {
  for (const auto& [listener, channel] : std::map<std::string, std::shared_ptr<grpc::Channel>>{
           {"api", federation().Api(kDelta, "platform-31")},
           {"federation", federation().FederationListener(kDelta, "hub/node")},
           {"admin", federation().Admin(kDelta)}}) {
    for (const auto* method : EveryMethod()) {
      const std::string service = method->service()->full_name();
      const std::string health = HealthOf(channel, service);
      offered_[service] += health == "SERVING" ? 1 : 0;
      EXPECT_THAT(health, AnyOf("SERVING", "FIELD_MALFORMED")) << service << " at " << listener;
    }
  }
  for (const auto* method : EveryMethod()) {
    EXPECT_GT(offered_[method->service()->full_name()], 0) << method->service()->full_name();
  }
}

TEST_F(RunningNode, ADoctorComparesClocksAndMissesNoPeerOfTheHub) {
  const Ran examined = RunToEnd(
      {"gateway/cli/mrgctl", "doctor", "--config", federation().Path(kHub, "node.textproto")},
      federation().folder());

  EXPECT_THAT(examined.out, AllOf(HasSubstr("\nok    clock of yangtze-delta: "),
                                  HasSubstr("\nok    clock of sichuan-chongqing: "),
                                  Not(HasSubstr("the hub lists every region"))));
}

TEST_F(RunningNode, AReadyNodeSaysSoToWhoWatchesTheProcess) {
  EXPECT_EQ(federation().Probe(kDelta, "/readyz"), "200\nok\n");
  EXPECT_EQ(federation().Probe(kHub, "/readyz"), "200\nok\n");
}

TEST_F(Threat, N10_SigtermUnderLoadAnswersEveryCallAndLosesNoAnswer) {
  constexpr int kThreads = 8;
  const auto licence = SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32"));
  Mutex mu;
  std::map<uint64_t, std::string> receipts;  // index -> record
  std::vector<RecognizeRequest> unanswered;
  std::vector<std::thread> threads;
  const auto keep = [&](const gateway::v1::Receipt& receipt) {
    MutexLock lock(mu);
    EXPECT_TRUE(receipts.emplace(receipt.index(), receipt.leaf()).second);
  };
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const auto channel = federation().Api(kDelta, "platform-31");
      while (true) {
        const RecognizeRequest request = Question("31", "32", licence);
        grpc::ClientContext context;
        PrepareCall(&context);
        context.set_wait_for_ready(false);
        RecognizeResponse response;
        const grpc::Status status = gateway::v1::RecognitionService::NewStub(channel)->Recognize(
            &context, request, &response);
        if (status.ok()) {
          keep(response.receipt());
          continue;
        }
        // Told that the node is going. gRPC itself ends a call that meets it in the door with
        // CANCELLED. Nobody waited in vain.
        EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                    status.error_code() == grpc::StatusCode::CANCELLED)
            << ReasonIn(status);
        MutexLock lock(mu);
        unanswered.push_back(request);
        return;
      }
    });
  }
  const auto answered = [&] {
    MutexLock lock(mu);
    return receipts.size();
  };
  ASSERT_TRUE(WaitUntil([&] { return answered() >= 200; }));

  EXPECT_EQ(federation().StopNode(kDelta), 0);
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(federation().StartReady(kDelta).ok());

  // Every answer is in the log; what had none is repeated, and stands there once.
  EXPECT_EQ(unanswered.size(), static_cast<size_t>(kThreads));
  for (const RecognizeRequest& request : unanswered) {
    RecognizeResponse response;
    ASSERT_TRUE(Recognize(federation().Api(kDelta, "platform-31"), request, &response).ok());
    keep(response.receipt());
  }
  std::vector<std::string> leaves;
  ListRecordsRequest request;
  do {
    ListRecordsResponse page;
    ASSERT_TRUE(Call<AuditService>(federation().Api(kDelta, "auditor"),
                                   &AuditService::Stub::ListRecords, request, &page)
                    .ok());
    leaves.insert(leaves.end(), page.leaves().begin(), page.leaves().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(leaves.size(), receipts.size());
  for (const auto& [index, leaf] : receipts) {
    ASSERT_LT(index, leaves.size());
    EXPECT_EQ(leaves[index], leaf);
  }
}

}  // namespace
}  // namespace mrg
