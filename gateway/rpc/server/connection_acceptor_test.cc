// Real connections over loopback, behind which no server stands.

#include "gateway/rpc/server/connection_acceptor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/rpc/server/listening_socket.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConnectionAcceptorTest : public testing::Test {
 protected:
  struct Client {
    int fd;
    std::string peer;  // as gRPC says it
  };

  ~ConnectionAcceptorTest() override {
    EndAll();
    for (const Client& client : clients_) close(client.fd);
  }

  void Start(const ConnectionLimits& limits) {
    bounds_.emplace(std::vector<ConnectionLimits>{limits}, &IsSocketOpen);
    acceptor_.emplace(
        std::vector<ConnectionAcceptor::Listener>{
            {"api", socket_.descriptors(), [this](int fd) { taken_.push_back(fd); }}},
        ConnectionAcceptor::Parts{&*bounds_, &failures_, &metrics_, &clock_});
  }

  Client Connect() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(socket_.port()));
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(fd, any, size), 0);
    EXPECT_EQ(getsockname(fd, any, &size), 0);
    clients_.push_back({fd, absl::StrCat("ipv4:127.0.0.1:", ntohs(address.sin_port))});
    return clients_.back();
  }
  // A connection that is handed over.
  Client Accepted() {
    const Client client = Connect();
    for (const size_t before = taken_.size(); taken_.size() == before;) acceptor_->RunOnce();
    return client;
  }
  void WaitUntilCut(const Client& client) {
    char byte;
    while (recv(client.fd, &byte, 1, MSG_DONTWAIT) != 0) acceptor_->RunOnce();
  }

  // What was handed over ends, as its new owner sees to it.
  void EndAll() {
    for (const int fd : std::exchange(taken_, {})) close(fd);
  }
  // Lets it be seen, `later`, what has ended.
  void LookAgain(absl::Duration later) {
    clock_.Advance(later);
    Accepted();
  }

  SimulatedClock clock_{absl::UnixEpoch()};
  MetricRegistry registry_;
  const RpcMetrics metrics_{&registry_};
  KeptEvents events_;
  FailureLog failures_{&events_};
  const ListeningSocket socket_ = *ListeningSocket::Bind("api", "127.0.0.1:0");
  std::optional<ConnectionBounds> bounds_;
  std::optional<ConnectionAcceptor> acceptor_;
  std::vector<int> taken_;
  std::vector<Client> clients_;
};

TEST_F(ConnectionAcceptorTest, R15_WhatEndsWithoutACallIsCountedApartAndToldOnceAMinute) {
  Start({.open_max = 8, .address_max = 8, .unproved_max = 8, .address_unproved_max = 8});
  Accepted();
  bounds_->Hear(Accepted().peer);
  bounds_->Prove(Accepted().peer);
  EndAll();

  LookAgain(absl::Seconds(1));

  EXPECT_THAT(registry_.Text(),
              AllOf(HasSubstr("mrg_connections_ended_unproved_total{listener=\"api\"} 2"),
                    HasSubstr("mrg_connections_ended_unheard_total{listener=\"api\"} 1")));
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"event\":\"connections_unheard\","
                                                    "\"listener\":\"api\",\"connections\":1")));
  EndAll();
  LookAgain(absl::Seconds(1));
  EXPECT_THAT(registry_.Text(),
              AllOf(HasSubstr("mrg_connections_ended_unproved_total{listener=\"api\"} 3"),
                    HasSubstr("mrg_connections_ended_unheard_total{listener=\"api\"} 2")));
  EXPECT_THAT(events_.Take(), IsEmpty());
  EndAll();
  LookAgain(absl::Minutes(1));
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("\"connections\":2")));
}

TEST_F(ConnectionAcceptorTest, R15_N06_AConnectionAboveTheBoundOfItsAddressIsCutCountedAndTold) {
  Start({.open_max = 8, .address_max = 1, .unproved_max = 8, .address_unproved_max = 8});
  Accepted();

  WaitUntilCut(Connect());

  EXPECT_EQ(taken_.size(), 1u);
  EXPECT_THAT(registry_.Text(),
              HasSubstr("mrg_connections_refused_total{bound=\"address\",listener=\"api\"} 1"));
  EXPECT_THAT(events_.Take(), ElementsAre(AllOf(HasSubstr("\"event\":\"connections_refused\""),
                                                HasSubstr("\"why\":\"address\""))));
}

TEST_F(ConnectionAcceptorTest, R15_N08_TheOneThatMakesWayIsCutCountedAndTold) {
  Start({.open_max = 8, .address_max = 8, .unproved_max = 8, .address_unproved_max = 1});
  const Client first = Accepted();

  Accepted();

  WaitUntilCut(first);
  EXPECT_THAT(registry_.Text(),
              HasSubstr("mrg_connections_refused_total{bound=\"unproved\",listener=\"api\"} 1"));
  EXPECT_THAT(events_.Take(), ElementsAre(AllOf(HasSubstr("\"event\":\"connections_refused\""),
                                                HasSubstr("\"why\":\"unproved\""))));
}

}  // namespace
}  // namespace mrg
