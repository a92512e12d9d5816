// What a stranger does with connections and half a message, and another node with answers that it
// never reads: the node's memory and descriptors stay within their bounds, and callers who are
// known are answered meanwhile. The node runs under the least limit of descriptors that systems
// give.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/limits.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/memory_growth.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/raw_calls.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeResponse;
using testing::HasSubstr;
using trustlist::v1::TrustRepositoryService;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

constexpr size_t kDescriptors = 1024;
constexpr int kIdleConnections = 1300;
constexpr size_t kPartyStreamsMax = 64;  // of hints, of one member
// Above what the node holds when idle, bytes, under any number of strangers.
constexpr int64_t kStrangersBytesMax = int64_t{256} << 20;
constexpr int64_t kMessageBytes = int64_t{1} << 21;

class ConnectionThreats : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    StartOnce({.run_by = {{kDelta,
                           {"/usr/bin/prlimit",
                            absl::StrCat("--nofile=", kDescriptors, ":", kDescriptors)}}}});
  }

  // A question that is decided and logged.
  static grpc::Status Ask(const std::string& using_jurisdiction) {
    const std::string document = DrivingLicence("50");
    RecognizeResponse answer;
    return Recognize(federation().Api(kDelta, absl::StrCat("platform-", using_jurisdiction)),
                     Question(using_jurisdiction, "50",
                              SignedBy(*IssuerKey(federation(), "issuer", "50"), document)),
                     &answer);
  }

  // The Delta publishes the next version of a list of its own.
  static void PublishAnew() {
    ASSERT_TRUE(federation().Trust(kDelta, {"renew", "--role", "j-31"}).ok());
    ASSERT_TRUE(federation().Sign(kDelta, "j-31").ok());
    ASSERT_TRUE(federation().Publish(kDelta).ok());
  }

  static double SlowRequestsCut() {
    for (absl::string_view line : absl::StrSplit(federation().Metrics(kDelta), '\n')) {
      double count = 0;
      if (absl::ConsumePrefix(&line, "mrg_slow_requests_cut_total ") &&
          absl::SimpleAtod(line, &count)) {
        return count;
      }
    }
    return 0;
  }

  static size_t DescriptorsOfDelta() {
    const std::string folder = absl::StrCat("/proc/", federation().PidOf(kDelta), "/fd");
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
  }

  // Result: the number in the line "VmRSS:   123 kB" of the node's status (proc(5)).
  static int64_t StatusOfDelta(const std::string& name) {
    std::ifstream status(absl::StrCat("/proc/", federation().PidOf(kDelta), "/status"));
    for (std::string word; status >> word;) {
      int64_t value = 0;
      if (word == name && status >> value) return value;
    }
    ADD_FAILURE() << "no " << name;
    return 0;
  }

  static int64_t ResidentBytesOfDelta() { return StatusOfDelta("VmRSS:") << 10; }
};

// TCP connections to one listener that never send a byte.
class IdleConnections {
 public:
  // `resets`: they end with a reset (RFC 9293 3.10.4) and not in order.
  IdleConnections(const std::string& address, int count, bool resets = false) {
    const linger at_once = {1, 0};
    const std::vector<std::string> parts = absl::StrSplit(address, ':');
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(parts[1], &port));
    to.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(inet_pton(AF_INET, parts[0].c_str(), &to.sin_addr), 1);
    for (int i = 0; i < count; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (fd < 0) break;
      if (resets) setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
      fds_.push_back(fd);
    }
  }
  ~IdleConnections() {
    for (const int fd : fds_) close(fd);
  }
  int count() const { return static_cast<int>(fds_.size()); }

 private:
  std::vector<int> fds_;
};

TEST_F(ConnectionThreats, N06_IdleConnectionsKeepNobodyOutAndLeaveTheStoreItsDescriptors) {
  ASSERT_TRUE(Ask("31").ok());

  const IdleConnections idle(federation().Address(kDelta, "api"), kIdleConnections);
  ASSERT_EQ(idle.count(), kIdleConnections);
  ASSERT_TRUE(WaitUntil([] {
    return federation().Metrics(kDelta).find(
               "mrg_connections_refused_total{bound=\"unproved\",listener=\"api\"}") !=
           std::string::npos;
  }));

  EXPECT_LT(DescriptorsOfDelta(), kDescriptors / 2);
  const uint64_t size = federation().LogSize(kDelta);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(Ask("31").ok()) << "a connection that is known stays";
    EXPECT_TRUE(Ask("32").ok()) << "a new one is made";
  }
  EXPECT_GE(federation().LogSize(kDelta), size + 20);
  EXPECT_TRUE(federation().IsReady(kDelta));
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"connections_refused\""));
}

TEST_F(ConnectionThreats, N08_ConnectionsOpenedAndResetLeaveNothingBehind) {
  ASSERT_TRUE(Ask("31").ok());
  const size_t before = DescriptorsOfDelta();
  for (int round = 0; round < 20; ++round) {
    const IdleConnections reset(federation().Address(kDelta, "api"), 100, /*resets=*/true);
  }

  EXPECT_TRUE(Ask("31").ok());
  EXPECT_TRUE(Ask("33").ok());
  EXPECT_TRUE(WaitUntil([&] { return DescriptorsOfDelta() < before + 16; }));
}

// Half messages of `identity`.
RawCalls HalfMessages(const Federation& federation, const std::string& identity) {
  return RawCalls(federation, kDelta, "api", identity,
                  {"mrg.gateway.v1.RecognitionService/Recognize", 3, 200, "incomplete",
                   absl::StrCat(kMessageBytes)});
}

TEST_F(ConnectionThreats, H7_OfAStrangersHalfMessagesNothingIsKept) {
  ASSERT_TRUE(Ask("31").ok());
  const int64_t before = ResidentBytesOfDelta();

  const RawCalls half = HalfMessages(federation(), "stranger");

  EXPECT_LT(half.Sent(), kStrangersBytesMax / 4) << "of 1,200 MiB";
  EXPECT_LT(ResidentBytesOfDelta() - before, kStrangersBytesMax);
  EXPECT_TRUE(Ask("31").ok());
  EXPECT_THAT(federation().Metrics(kDelta),
              HasSubstr("mrg_callers_refused_total{reason=\"IDENTITY_NOT_LISTED\"}"));
}

TEST_F(ConnectionThreats, H7_N06_WhatIsOpenToStrangersGivesThemNoThreadsAndFewPlaces) {
  const std::string nothing = federation().folder() + "/no-request";
  WriteTestFile(nothing, "");
  ASSERT_TRUE(Ask("31").ok());
  const int64_t threads = StatusOfDelta("Threads:");
  const MemoryGrowth growth(federation().PidOf(kDelta));

  const auto hold = [&](const char* method, const char* mode, const std::string& what) {
    auto calls = std::make_unique<RawCalls>(federation(), kDelta, "api", "stranger",
                                            RawCallsPlan{method, 4, 250, mode, what});
    calls->Sent();
    return calls;
  };
  const auto reflection =
      hold("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "incomplete", "1000");
  const auto check = hold("grpc.health.v1.Health/Check", "incomplete", "1000");
  const auto watch = hold("grpc.health.v1.Health/Watch", "unread", nothing);

  EXPECT_LT(StatusOfDelta("Threads:"), threads + 32);
  EXPECT_LT(growth.Peak(), kStrangersBytesMax / 4);
  EXPECT_TRUE(Ask("31").ok());
  EXPECT_TRUE(
      CallRaw(federation().Api(kDelta, "platform-32"), "/grpc.health.v1.Health/Check", "").ok());
}

TEST_F(ConnectionThreats, H7_OfAKnownCallersHalfMessagesAFewAreReadAtATime) {
  const RawCalls half = HalfMessages(federation(), "platform-32");

  // 32 whole messages, and for each of the others what its stream's window lets through.
  EXPECT_LT(half.Sent(), 32 * kMessageBytes + 600 * (int64_t{1} << 16) + (int64_t{1} << 20));
  EXPECT_TRUE(Ask("31").ok()) << "another identity's calls do not wait for them";
  // Those that are read do not come to their end, and are cut for it.
  EXPECT_TRUE(WaitUntil([] { return SlowRequestsCut() >= 1; }, absl::Seconds(90)));
}

TEST_F(ConnectionThreats, N07_AnswersThatAnotherNodeNeverReadsAreBounded) {
  // One blob again and again, until the answer is as long as it may be: half a mebibyte.
  trustlist::v1::GetTreeNodesRequest request;
  request.set_publisher(kHub);
  for (int i = 0; i < 64; ++i) {
    request.add_sha256(Sha256(ShippedFile("deploy/packs/canonical/1.textproto")));
  }
  const std::string file = federation().folder() + "/unread-request";
  WriteTestFile(file, request.SerializeAsString());
  ASSERT_TRUE(Ask("31").ok());
  const MemoryGrowth growth(federation().PidOf(kDelta));

  const RawCalls unread(
      federation(), kDelta, "federation", absl::StrCat(kChuanyu, "/node"),
      {"mrg.trustlist.v1.TrustRepositoryService/GetTreeNodes", 8, 250, "unread", file});

  EXPECT_GE(unread.Sent(), static_cast<int64_t>(kMemberCallsMax * request.ByteSizeLong()));
  EXPECT_LT(growth.Peak(), kStrangersBytesMax / 2) << "of 1,000 MiB";
  EXPECT_TRUE(Ask("31").ok());
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("grpc_code=\"RESOURCE_EXHAUSTED\""));
}

// Streams of hints that stay open, or end at once when the node refuses them.
class Watches {
 public:
  Watches(const std::shared_ptr<grpc::Channel>& channel, size_t count)
      : stub_(TrustRepositoryService::NewStub(channel)), calls_(count) {
    for (OneCall& call : calls_) {
      call.stream = stub_->PrepareAsyncWatch(&call.context, {}, &queue_);
      call.stream->StartCall(nullptr);
      call.stream->Finish(&call.status, &call);
    }
  }
  ~Watches() {
    for (OneCall& call : calls_) call.context.TryCancel();
    while (ended_ < calls_.size()) NextEnd();
    queue_.Shutdown();
  }

  // Waits for one of them to end. Result: why it did; empty when none does.
  std::string NextEnd() {
    void* tag = nullptr;
    bool ok = false;
    while (tag == nullptr) {
      if (queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(RealClock().Now() + kCallDeadline)) !=
          grpc::CompletionQueue::GOT_EVENT) {
        return "";
      }
    }
    ++ended_;
    return ReasonIn(static_cast<OneCall*>(tag)->status);
  }

 private:
  struct OneCall {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientAsyncReader<WatchResponse>> stream;
    grpc::Status status;
  };

  const std::unique_ptr<TrustRepositoryService::Stub> stub_;
  grpc::CompletionQueue queue_;
  std::vector<OneCall> calls_;
  size_t ended_ = 0;
};

TEST_F(ConnectionThreats, H7_AMemberTakesNoStreamOfAnotherUnderHoweverManyIdentities) {
  constexpr size_t kOfEach = 2 * kPartyStreamsMax;
  const auto second = federation().MakeCertificate(kChuanyu, kChuanyu, "node", "/node/log-2");
  Watches greedy(federation().FederationListener(kDelta, "sichuan-chongqing/node"), kOfEach);
  for (size_t i = 0; i < kOfEach - kPartyStreamsMax; ++i) {
    ASSERT_EQ(greedy.NextEnd(), "OVERLOADED");
  }
  Watches under_another_name(
      federation().ChannelAs(kDelta, "federation", second.pem, second.key_pem), kOfEach);
  for (size_t i = 0; i < kOfEach; ++i) ASSERT_EQ(under_another_name.NextEnd(), "OVERLOADED");

  grpc::ClientContext context;
  PrepareCall(&context);
  const auto stub =
      TrustRepositoryService::NewStub(federation().FederationListener(kDelta, "hub/node"));
  WatchRequest request;
  request.add_publishers(kDelta);
  const auto stream = stub->Watch(&context, request);
  WatchResponse hint;
  std::atomic<bool> told = false;
  std::thread reading([&] {
    EXPECT_TRUE(stream->Read(&hint));
    told = true;
  });
  // Until the stream is there.
  EXPECT_TRUE(WaitUntil([&] {
    PublishAnew();
    return told.load();
  }));
  context.TryCancel();
  reading.join();
  EXPECT_EQ(hint.publisher(), kDelta);
}

TEST_F(ConnectionThreats, N07_HintsThatNobodyReadsDoNotPileUp) {
  const std::string file = federation().folder() + "/unread-watch";
  WriteTestFile(file, "");
  ASSERT_TRUE(Ask("31").ok());
  const RawCalls unread(federation(), kDelta, "federation", absl::StrCat(kChuanyu, "/node"),
                        {"mrg.trustlist.v1.TrustRepositoryService/Watch", 4, 200, "unread", file});
  EXPECT_EQ(unread.Sent(), 0);
  const MemoryGrowth growth(federation().PidOf(kDelta));

  for (int i = 0; i < 20; ++i) ASSERT_NO_FATAL_FAILURE(PublishAnew());

  EXPECT_LT(growth.Peak(), int64_t{64} << 20);
  EXPECT_TRUE(Ask("31").ok());
}

}  // namespace
}  // namespace mrg
