// The misbehaving network itself: each fault does what its name says, and nothing else.

#include "tests/chaos/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

constexpr int kReadMsMax = 10000;

class TcpProxyTest : public testing::Test {
 protected:
  void SetUp() override {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    ASSERT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listener_, 16), 0);
    ASSERT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    auto proxy = TcpProxy::Start();
    ASSERT_TRUE(proxy.ok()) << proxy.status();
    proxy_ = *std::move(proxy);
    const auto link = proxy_->AddLink(absl::StrCat("127.0.0.1:", ntohs(address.sin_port)));
    ASSERT_TRUE(link.ok()) << link.status();
    link_ = *link;
  }

  void TearDown() override {
    for (const int socket : sockets_) close(socket);
    close(listener_);
  }

  // Connects to the link.
  int Dial() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(link_.address.substr(link_.address.find(':') + 1), &port));
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    sockets_.push_back(socket);
    return socket;
  }

  // The next connection that arrived at the target.
  int Arrived() {
    pollfd one = {listener_, POLLIN, 0};
    EXPECT_EQ(poll(&one, 1, kReadMsMax), 1) << "nobody arrived";
    const int socket = accept(listener_, nullptr, nullptr);
    sockets_.push_back(socket);
    return socket;
  }
  bool NobodyArrived() {
    pollfd one = {listener_, POLLIN, 0};
    return poll(&one, 1, 0) == 0;
  }

  static void Send(int socket, absl::string_view bytes) {
    EXPECT_EQ(send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Result: the next `size` bytes; what came before the end, or "reset".
  static std::string Receive(int socket, size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      pollfd one = {socket, POLLIN, 0};
      if (poll(&one, 1, kReadMsMax) != 1) return bytes + " and then nothing";
      char byte = 0;
      const ssize_t count = read(socket, &byte, 1);
      if (count < 0) return "reset";
      if (count == 0) return bytes;
      bytes += byte;
    }
    return bytes;
  }

  int listener_ = -1;
  std::unique_ptr<TcpProxy> proxy_;
  TcpProxy::Link link_;
  std::vector<int> sockets_;
};

TEST_F(TcpProxyTest, ASoundLinkCarriesBytesAndEndsBothWays) {
  const int near = Dial();
  const int far = Arrived();

  Send(near, "question");
  EXPECT_EQ(Receive(far, 8), "question");
  Send(far, "answer");
  EXPECT_EQ(Receive(near, 6), "answer");
  shutdown(near, SHUT_WR);
  EXPECT_EQ(Receive(far, 1), "");
  Send(far, "more");
  EXPECT_EQ(Receive(near, 4), "more");
}

TEST_F(TcpProxyTest, ACutResetsConnectionsAndNewOnesUntilItIsHealed) {
  const int near = Dial();
  const int far = Arrived();

  proxy_->Set(link_.number, {LinkFault::kCut});

  EXPECT_EQ(Receive(near, 1), "reset");
  EXPECT_EQ(Receive(far, 1), "reset");
  EXPECT_EQ(Receive(Dial(), 1), "reset");
  EXPECT_TRUE(NobodyArrived());
  proxy_->Heal();
  Send(Dial(), "x");
  EXPECT_EQ(Receive(Arrived(), 1), "x");
}

TEST_F(TcpProxyTest, AHalfOpenLinkTakesBytesAndSaysNothingUntilItIsHealed) {
  const int near = Dial();
  const int far = Arrived();
  proxy_->Set(link_.number, {LinkFault::kHalfOpen});
  const int later = Dial();

  Send(near, "lost");
  Send(later, "lost");

  EXPECT_TRUE(WaitUntil([&] { return proxy_->Counts().swallowed_bytes == 8; }));
  EXPECT_TRUE(NobodyArrived());
  proxy_->Heal();
  EXPECT_EQ(Receive(near, 1), "reset");
  EXPECT_EQ(Receive(later, 1), "reset");
  EXPECT_EQ(Receive(far, 1), "reset");
  EXPECT_EQ(proxy_->Counts().carried_bytes, 0u);
}

TEST_F(TcpProxyTest, ForgottenConnectionsStaySilentAndNewOnesAreSound) {
  const int near = Dial();
  Arrived();
  proxy_->ForgetConnections(link_.number);

  Send(near, "lost");

  EXPECT_TRUE(WaitUntil([&] { return proxy_->Counts().swallowed_bytes == 4; }));
  proxy_->Heal();
  Send(Dial(), "x");
  EXPECT_EQ(Receive(Arrived(), 1), "x");
  EXPECT_EQ(proxy_->Counts().reset_connections, 0u);
}

TEST_F(TcpProxyTest, DelayedBytesArriveInOrder) {
  const int near = Dial();
  const int far = Arrived();
  proxy_->Set(link_.number, {LinkFault::kDelay, absl::Hours(1)});

  Send(near, "first");
  ASSERT_TRUE(WaitUntil([&] { return proxy_->Counts().delayed_pieces == 1; }));
  EXPECT_EQ(proxy_->Counts().carried_bytes, 0u);
  proxy_->Set(link_.number, {LinkFault::kDelay, absl::Milliseconds(1)});
  Send(near, "second");

  EXPECT_EQ(Receive(far, 11), "firstsecond");
}

TEST_F(TcpProxyTest, ReorderedConnectionsArriveInReverse) {
  proxy_->Set(link_.number, {LinkFault::kReorder});

  Send(Dial(), "1");
  Send(Dial(), "2");

  EXPECT_EQ(Receive(Arrived(), 1), "2");
  EXPECT_EQ(Receive(Arrived(), 1), "1");
  EXPECT_EQ(proxy_->Counts().reordered_connections, 1u);
  // One alone waits, but not for ever.
  Send(Dial(), "3");
  proxy_->Heal();
  EXPECT_EQ(Receive(Arrived(), 1), "3");
}

TEST_F(TcpProxyTest, OneBitInSoManyBytesIsWrong) {
  const int near = Dial();
  const int far = Arrived();
  proxy_->Set(link_.number, {LinkFault::kFlip, absl::ZeroDuration(), 4});

  Send(near, "aaaaaaaaaa");
  const std::string received = Receive(far, 10);

  ASSERT_EQ(received.size(), 10u);
  int wrong = 0;
  for (size_t i = 0; i < received.size(); ++i) {
    const int bits = std::popcount(static_cast<unsigned char>(received[i] ^ 'a'));
    EXPECT_EQ(bits, i % 4 == 3 ? 1 : 0) << i;
    wrong += bits;
  }
  EXPECT_EQ(wrong, 2);
}

}  // namespace
}  // namespace mrg
