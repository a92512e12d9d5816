#include "gateway/web/https_server.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/server/connection_acceptor.h"
#include "gateway/rpc/server/listening_socket.h"
#include "gateway/web/testing/raw_https_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr char kDelta[] = "delta.example";
constexpr char kHub[] = "hub.example";
constexpr size_t kBodyBytesMax = 100000;
constexpr char kGet[] = "GET /a HTTP/1.1\r\nHost: node\r\n\r\n";

std::string PostOf(const std::string& body, absl::string_view more = "") {
  return absl::StrCat("POST /a HTTP/1.1\r\nHost: node\r\nContent-Length: ", body.size(), "\r\n",
                      more, "\r\n", body);
}

// Answers with the method, the target and the body; or keeps what it was asked until it is told.
class EchoingHandler : public HttpHandler {
 public:
  void Begin(HttpExchange* exchange) override {
    {
      MutexLock lock(mu_);
      ++begun_;
      if (keeps_) kept_ = exchange;
      changed_.NotifyAll();
    }
    if (keeps_) return;
    if (exchange->head().target == "/unread") return Answer(exchange, "unread");
    exchange->ReadBody([this, exchange](std::optional<std::string> body) {
      Answer(exchange, absl::StrCat(exchange->head().method, " ", exchange->head().target, " ",
                                    body.value_or("cut")));
    });
  }
  HttpAnswer Refusal(int status) const override { return {status, {}, "refused"}; }

  void Answer(HttpExchange* exchange, std::string text) {
    exchange->Answer({200, {{"X-Own", "1"}}, std::move(text)}, [this] {
      MutexLock lock(mu_);
      ++gone_;
      changed_.NotifyAll();
    });
  }
  HttpExchange* AwaitKept() {
    MutexLock lock(mu_);
    while (kept_ == nullptr) changed_.Wait(mu_);
    return kept_;
  }
  void AwaitGone(int count) {
    MutexLock lock(mu_);
    while (gone_ < count) changed_.Wait(mu_);
  }
  int begun() {
    MutexLock lock(mu_);
    return begun_;
  }
  std::atomic<bool> keeps_{false};

 private:
  Mutex mu_;
  CondVar changed_;
  int begun_ ABSL_GUARDED_BY(mu_) = 0;
  int gone_ ABSL_GUARDED_BY(mu_) = 0;
  HttpExchange* kept_ ABSL_GUARDED_BY(mu_) = nullptr;
};

class HttpsServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TestCertificates(); }
  static void TearDownTestSuite() { delete files_; }

  HttpsServerTest()
      : server_({[this] { return Tls(); }, &clock_, &handler_},
                HttpsBounds{.body_bytes = kBodyBytesMax}) {
    UseCertificate("node");
    serving_ = std::thread([this] { server_.Run(); });
    accepting_ = std::thread([this] {
      while (acceptor_.RunOnce()) {
      }
    });
  }
  ~HttpsServerTest() override {
    acceptor_.Stop();
    accepting_.join();
    if (!is_shut_down_) server_.Shutdown(absl::ZeroDuration());
    serving_.join();
  }

  void UseCertificate(absl::string_view name) {
    const TestCertificates::Pair node = files_->Leaf(kDelta, name, "/node/log-1");
    MutexLock lock(mu_);
    tls_ = std::make_shared<const ListenerTls>(
        ListenerTls{node.certificate_pem, node.key_pem, files_->Ca(kDelta).certificate_pem});
  }
  std::shared_ptr<const ListenerTls> Tls() {
    MutexLock lock(mu_);
    return tls_;
  }

  RawHttpsClient Connect(absl::string_view domain = kDelta) {
    const TestCertificates::Pair own = files_->Leaf(domain, "portal", "/platform/portal");
    return RawHttpsClient(socket_.port(), own.certificate_pem, own.key_pem,
                          files_->Ca(kDelta).certificate_pem);
  }
  RawHttpsClient Open() {
    RawHttpsClient client = Connect();
    EXPECT_TRUE(client.Handshake());
    return client;
  }
  void PassTime(absl::Duration step) {
    clock_.Advance(step);
    server_.CutOverdue();
  }

  static inline TestCertificates* files_ = nullptr;

  SimulatedClock clock_{absl::UnixEpoch()};
  EchoingHandler handler_;
  Mutex mu_;
  std::shared_ptr<const ListenerTls> tls_ ABSL_GUARDED_BY(mu_);
  HttpsServer server_;
  bool is_shut_down_ = false;

  MetricRegistry registry_;
  RpcMetrics metrics_{&registry_};
  KeptEvents events_;
  FailureLog failures_{&events_};
  ConnectionBounds bounds_{{{16, 16, 8, 8}}, &IsSocketOpen};
  ListeningSocket socket_ = *ListeningSocket::Bind("rest", "127.0.0.1:0");
  ConnectionAcceptor acceptor_{
      {{"rest", socket_.descriptors(), [this](int fd) { server_.HandOver(fd); }}},
      {&bounds_, &failures_, &metrics_, &clock_}};
  std::thread serving_, accepting_;
};

TEST_F(HttpsServerTest, OneConnectionCarriesOneRequestAfterAnother) {
  RawHttpsClient client = Open();

  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.Receive(), Pair(200, "GET /a "));
  ASSERT_TRUE(client.Send(PostOf("one") + PostOf("two")));
  EXPECT_THAT(client.Receive(), Pair(200, "POST /a one"));
  EXPECT_THAT(client.Receive(), Pair(200, "POST /a two"));
  ASSERT_TRUE(client.Send("GET /b HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(client.Receive(), Pair(200, "GET /b "));
  EXPECT_THAT(client.ReceiveEnd(), IsEmpty());
}

TEST_F(HttpsServerTest, R14_OnlyClientsOfTheAcceptedCasAreHeard) {
  // TLS 1.3 ends a client's handshake before the server has judged its certificate (RFC
  // 8446 4.4.2).
  RawHttpsClient other = Connect(kHub);
  if (other.Handshake()) other.Send(kGet);
  EXPECT_THAT(other.ReceiveEnd(), IsEmpty());

  RawHttpsClient nobody(socket_.port(), "", "", files_->Ca(kDelta).certificate_pem);
  if (nobody.Handshake()) nobody.Send(kGet);
  EXPECT_THAT(nobody.ReceiveEnd(), IsEmpty());
  EXPECT_EQ(handler_.begun(), 0);
}

TEST_F(HttpsServerTest, OlderTlsIsRefused) {
  RawHttpsClient client = Connect();

  EXPECT_FALSE(client.Handshake(/*tls_1_2=*/true));
}

TEST_F(HttpsServerTest, ARenewedCertificateCountsForTheNextHandshake) {
  RawHttpsClient before = Open();
  {
    const TestCertificates::Pair other = files_->Leaf(kHub, "node", "/node/log-1");
    MutexLock lock(mu_);
    tls_ = std::make_shared<const ListenerTls>(
        ListenerTls{other.certificate_pem, other.key_pem, files_->Ca(kDelta).certificate_pem});
  }

  RawHttpsClient after = Connect();
  EXPECT_FALSE(after.Handshake()) << "it is one of a CA that the client does not know";
  ASSERT_TRUE(before.Send(kGet));
  EXPECT_THAT(before.Receive(), Pair(200, "GET /a ")) << "what is open stays";
}

TEST_F(HttpsServerTest, N06_WhoSaysNothingIsCutWhenItsTimeIsOver) {
  RawHttpsClient silent = Connect();
  RawHttpsClient half_open = Connect();
  ASSERT_TRUE(half_open.Send("\x16\x03\x01"));
  RawHttpsClient no_head = Open();
  RawHttpsClient half_a_head = Open();
  ASSERT_TRUE(half_a_head.Send("GET /a HTTP/1.1\r\nHost: no"));
  RawHttpsClient idle = Open();
  ASSERT_TRUE(idle.Send(kGet));
  EXPECT_THAT(idle.Receive(), Pair(200, "GET /a "));

  PassTime(absl::Seconds(6));
  silent.ReceiveEnd();
  half_open.ReceiveEnd();
  no_head.ReceiveEnd();
  half_a_head.ReceiveEnd();
  EXPECT_EQ(handler_.begun(), 1);

  ASSERT_TRUE(idle.Send(kGet)) << "between requests there is more time";
  EXPECT_THAT(idle.Receive(), Pair(200, "GET /a "));
  PassTime(absl::Seconds(61));
  EXPECT_THAT(idle.ReceiveEnd(), IsEmpty());
}

TEST_F(HttpsServerTest, AHeadThatComesByteForByteHasNoMoreTimeThanOneThatComesAtOnce) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.Receive(), Pair(200, "GET /a "));
  ASSERT_TRUE(client.Send("G"));
  RawHttpsClient witness = Open();  // behind it, so that the byte has been read
  ASSERT_TRUE(witness.Send(kGet));
  EXPECT_THAT(witness.Receive(), Pair(200, "GET /a "));

  for (int second = 0; second < 6; ++second) {
    client.Send("E");
    PassTime(absl::Seconds(1));
  }

  client.ReceiveEnd();
  EXPECT_EQ(handler_.begun(), 2);
}

TEST_F(HttpsServerTest, ABodyThatDoesNotComeToItsEndIsCut) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send("POST /a HTTP/1.1\r\nHost: node\r\nContent-Length: 10\r\n\r\nhalf"));
  RawHttpsClient witness = Open();
  ASSERT_TRUE(witness.Send(kGet));
  EXPECT_THAT(witness.Receive(), Pair(200, "GET /a "));

  PassTime(absl::Seconds(31));

  EXPECT_THAT(client.ReceiveEnd(), IsEmpty());
  handler_.AwaitGone(2);
}

TEST_F(HttpsServerTest, AnAnswerThatDoesNotComeEndsTheConnectionAndNotTheWork) {
  handler_.keeps_ = true;
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(kGet));
  HttpExchange* const exchange = handler_.AwaitKept();

  PassTime(absl::Seconds(61));
  EXPECT_THAT(client.ReceiveEnd(), IsEmpty());

  handler_.Answer(exchange, "late");
  handler_.AwaitGone(1);
}

TEST_F(HttpsServerTest, AHeadAboveItsBoundIsRefused) {
  RawHttpsClient client = Open();
  client.Send(
      absl::StrCat("GET /a HTTP/1.1\r\nHost: node\r\nX: ", std::string(8192, 'x'), "\r\n\r\n"));

  EXPECT_THAT(client.Receive(), Pair(431, "refused"));
  EXPECT_EQ(handler_.begun(), 0);
}

TEST_F(HttpsServerTest, ABodyAboveItsBoundIsRefusedByItsLengthAlone) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(absl::StrCat(
      "POST /a HTTP/1.1\r\nHost: node\r\nContent-Length: ", kBodyBytesMax + 1, "\r\n\r\n")));

  EXPECT_THAT(client.Receive(), Pair(413, "refused"));
  EXPECT_EQ(handler_.begun(), 0);
  RawHttpsClient fitting = Open();
  ASSERT_TRUE(fitting.Send(PostOf(std::string(kBodyBytesMax, 'x'))));
  EXPECT_THAT(fitting.Receive(), Pair(200, HasSubstr("xxx")));
}

TEST_F(HttpsServerTest, ABodyThatWasNotReadEndsTheConnectionAfterTheAnswer) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send("POST /unread HTTP/1.1\r\nHost: node\r\nContent-Length: 50000\r\n\r\n"));

  EXPECT_THAT(client.Receive(), Pair(200, "unread"));
  client.Send(std::string(50000, 'x') + kGet);
  client.Close();
  EXPECT_EQ(handler_.begun(), 1);
}

TEST_F(HttpsServerTest, WhatIsNoRequestOfHttp11IsRefused) {
  for (const auto& [request, status] : std::vector<std::pair<std::string, int>>{
           {"GET /a HTTP/1.0\r\nHost: node\r\n\r\n", 505},
           {"GET /a HTTP/1.1\r\n\r\n", 400},
           {"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
           {"GET /a HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417},
           {"GET\r\n\r\n", 400},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
           {"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
           {"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
            "chunked\r\n\r\n",
            400},
           {"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
           {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"GET /a HTTP/1.1\r\nHo st: a\r\n\r\n", 400}}) {
    RawHttpsClient client = Open();
    ASSERT_TRUE(client.Send(request));
    EXPECT_THAT(client.Receive(), Pair(status, "refused")) << request;
    client.ReceiveEnd();
  }
  EXPECT_EQ(handler_.begun(), 0);
}

TEST_F(HttpsServerTest, WhoAsksFirstWhetherToSendTheBodyIsTold) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(
      "POST /a HTTP/1.1\r\nHost: node\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.Receive().first, 100);
  ASSERT_TRUE(client.Send("one"));
  EXPECT_THAT(client.Receive(), Pair(200, "POST /a one"));
}

TEST_F(HttpsServerTest, TheAnswerToHeadHasNoBody) {
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send("HEAD /a HTTP/1.1\r\nHost: node\r\n\r\n"));
  EXPECT_THAT(client.Receive(/*to_head=*/true), Pair(200, ""));
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.Receive(), Pair(200, "GET /a "));
}

TEST_F(HttpsServerTest, N08_AClientThatGoesWhileItsCallIsWorkedOnLeavesNothingBehind) {
  handler_.keeps_ = true;
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(kGet));
  HttpExchange* const exchange = handler_.AwaitKept();
  client.Close();

  handler_.Answer(exchange, "for nobody");
  handler_.AwaitGone(1);
}

TEST_F(HttpsServerTest, N10_ShutdownWaitsForTheAnswerAndTakesNothingNew) {
  handler_.keeps_ = true;
  RawHttpsClient idle = Open();
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(kGet));
  HttpExchange* const exchange = handler_.AwaitKept();

  std::thread ending([this] { server_.Shutdown(absl::Hours(1)); });
  EXPECT_THAT(idle.ReceiveEnd(), IsEmpty());
  handler_.Answer(exchange, "at last");
  EXPECT_THAT(client.Receive(), Pair(200, "at last"));
  ending.join();
  is_shut_down_ = true;

  EXPECT_THAT(client.ReceiveEnd(), IsEmpty());
}

TEST_F(HttpsServerTest, N10_ShutdownCutsWhoDoesNotTakeItsAnswer) {
  handler_.keeps_ = true;
  RawHttpsClient client = Open();
  ASSERT_TRUE(client.Send(kGet));
  HttpExchange* const exchange = handler_.AwaitKept();
  // More than the buffers of a connection hold.
  handler_.Answer(exchange, std::string(size_t{64} << 20, 'x'));

  server_.Shutdown(absl::Milliseconds(1));
  is_shut_down_ = true;

  handler_.AwaitGone(1);
}

}  // namespace
}  // namespace mrg
