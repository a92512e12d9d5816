// How a channel to another node behaves when the peer does not.

#include "gateway/rpc/peers/peer_channel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kDelta[] = "delta.example";
// Far more than the times that the tests set, and half of gRPC's 20 s for one attempt.
constexpr int kSoonMs = 10000;

// A peer that takes connections and never says a word.
class SilentPeer {
 public:
  SilentPeer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, length), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    EXPECT_EQ(getsockname(listener_, generic, &length), 0);
    endpoint_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~SilentPeer() {
    for (const int connection : connections_) close(connection);
    close(listener_);
  }

  const std::string& endpoint() const { return endpoint_; }

  // Result: true when another connection came soon.
  bool Accept() {
    pollfd one = {listener_, POLLIN, 0};
    if (poll(&one, 1, kSoonMs) != 1) return false;
    connections_.push_back(accept(listener_, nullptr, nullptr));
    return true;
  }

 private:
  const int listener_;
  std::string endpoint_;
  std::vector<int> connections_;
};

TEST(PeerChannelTest, AnUnansweredHandshakeIsGivenUpAndThePeerDialledAgain) {
  TestCertificates files;
  const TestCertificates::Pair node = files.Leaf(kDelta, "node", "/node/log-1");
  SilentPeer peer;
  const RealClock clock;
  PeerChannelOptions options = {
      peer.endpoint(),      kDelta,       files.Ca(kDelta).certificate_pem,
      node.certificate_pem, node.key_pem, &clock};
  options.connect_timeout = absl::Milliseconds(200);
  options.reconnect_max = absl::Milliseconds(200);
  const auto channel = NewPeerChannel(options);
  ASSERT_TRUE(channel.ok()) << channel.status();

  (*channel)->GetState(/*try_to_connect=*/true);
  EXPECT_TRUE(peer.Accept());
  // An idle channel dials again when it is asked to.
  (*channel)->GetState(/*try_to_connect=*/true);
  EXPECT_TRUE(peer.Accept());
}

}  // namespace
}  // namespace mrg
