#include "gateway/rpc/server/connection_bounds.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using Answer = ConnectionBounds::Answer;

// Sockets that are open here.
class ConnectionBoundsTest : public testing::Test {
 protected:
  OpenConnection Connect(const std::string& host, int port) {
    const OpenConnection made{next_, static_cast<uint64_t>(next_) + 1000,
                              *ParsePeer(absl::StrCat(host, ":", port))};
    open_.insert(next_++);
    return made;
  }
  ConnectionBounds Make(const ConnectionLimits& limits) {
    return ConnectionBounds({limits}, [this](int fd, uint64_t) {
      ++looks_;
      return open_.contains(fd);
    });
  }

  int next_ = 1;
  std::set<int> open_;
  size_t looks_ = 0;
};

TEST(ParsePeer, ReadsWhatGrpcSays) {
  EXPECT_EQ(ParsePeer("ipv4:192.0.2.1:5000"), ParsePeer("ipv6:%5B::ffff:192.0.2.1%5D:5000"));
  EXPECT_EQ(ParsePeer("ipv6:[2001:db8::1]:5000"), ParsePeer("ipv6:%5B2001:db8::1%5D:5000"));
  EXPECT_EQ(ParsePeer("ipv6:%5Bfe80::1%25eth0%5D:5000"), ParsePeer("ipv6:[fe80::1]:5000"));
  for (const char* other : {"", "unix:", "unix:/run/a:5", "ipv4:1.2.3:4", "ipv4:1.2.3.4:70000",
                            "ipv4:1.2.3.4", "ipv6:x:1", "dns:a:1"}) {
    EXPECT_EQ(ParsePeer(other), std::nullopt) << other;
  }
}

TEST_F(ConnectionBoundsTest, N06_AListenerAndAnAddressHaveTheirBounds) {
  ConnectionBounds bounds =
      Make({.open_max = 4, .address_max = 2, .unproved_max = 4, .address_unproved_max = 4});
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 1)).answer, Answer::kTaken);
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 2)).answer, Answer::kTaken);
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 3)).answer, Answer::kAddressFull);
  // One subscriber has a whole /64.
  EXPECT_EQ(bounds.Take(0, Connect("ipv6:[2001:db8::1]", 1)).answer, Answer::kTaken);
  EXPECT_EQ(bounds.Take(0, Connect("ipv6:[2001:db8::2]", 1)).answer, Answer::kTaken);
  EXPECT_FALSE(bounds.HasRoom(0));
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.9", 1)).answer, Answer::kListenerFull);

  open_.erase(1);

  EXPECT_EQ(bounds.Sweep(0).open, 3u);
  EXPECT_TRUE(bounds.HasRoom(0));
  EXPECT_EQ(bounds.Take(0, Connect("ipv6:[2001:db8::3]", 1)).answer, Answer::kAddressFull);
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 4)).answer, Answer::kTaken);
}

TEST_F(ConnectionBoundsTest, N06_TheOldestStrangerMakesWayAndAKnownCallerNever) {
  ConnectionBounds bounds =
      Make({.open_max = 10, .address_max = 10, .unproved_max = 2, .address_unproved_max = 2});
  const OpenConnection known = Connect("ipv4:192.0.2.1", 1);
  bounds.Take(0, known);
  bounds.Prove("ipv4:192.0.2.1:1");
  const OpenConnection first = Connect("ipv4:192.0.2.2", 1);
  const OpenConnection second = Connect("ipv4:192.0.2.3", 1);
  EXPECT_FALSE(bounds.Take(0, first).evicted.has_value());
  EXPECT_FALSE(bounds.Take(0, second).evicted.has_value());

  const auto third = bounds.Take(0, Connect("ipv4:192.0.2.4", 1));

  EXPECT_EQ(third.answer, Answer::kTaken);
  ASSERT_TRUE(third.evicted.has_value());
  EXPECT_EQ(third.evicted->fd, first.fd);
  open_.erase(first.fd);
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.5", 1)).evicted->fd, second.fd);
  const auto figures = bounds.Sweep(0);
  EXPECT_EQ(figures.ended_unproved, 1u);
  EXPECT_EQ(figures.open, 4u);
}

TEST_F(ConnectionBoundsTest, N08_WhoConnectsWithoutEndPutsOutHisOwnAndNoNewcomer) {
  ConnectionBounds bounds =
      Make({.open_max = 1000, .address_max = 500, .unproved_max = 8, .address_unproved_max = 4});
  std::set<int> newcomers;
  for (int i = 0; i < 3; ++i) {
    const OpenConnection newcomer = Connect(absl::StrCat("ipv4:192.0.2.", i), 1);
    newcomers.insert(newcomer.fd);
    EXPECT_FALSE(bounds.Take(0, newcomer).evicted.has_value());
  }

  for (int i = 0; i < 300; ++i) {
    // Of three addresses in turn, one of them at both ends of their order.
    const std::string from[] = {"ipv4:10.0.0.1", "ipv4:198.51.100.1", "ipv6:[2001:db8::1]"};
    looks_ = 0;
    const auto taken = bounds.Take(0, Connect(from[i % 3], 1000 + i));
    EXPECT_EQ(taken.answer, Answer::kTaken);
    EXPECT_LE(looks_, 5u) << "those of one address";
    if (!taken.evicted.has_value()) continue;
    EXPECT_FALSE(newcomers.contains(taken.evicted->fd)) << i;
    open_.erase(taken.evicted->fd);
  }

  EXPECT_LE(bounds.Sweep(0).unproved, 8u);
}

TEST_F(ConnectionBoundsTest, N08_OneAddressNeverHasAllThatAreNotKnown) {
  ConnectionBounds bounds =
      Make({.open_max = 100, .address_max = 50, .unproved_max = 8, .address_unproved_max = 4});
  for (int i = 0; i < 40; ++i) {
    const auto taken = bounds.Take(0, Connect("ipv4:198.51.100.1", 1000 + i));
    EXPECT_EQ(taken.evicted.has_value(), i >= 4);
    if (taken.evicted.has_value()) open_.erase(taken.evicted->fd);
  }

  EXPECT_EQ(bounds.Sweep(0).unproved, 4u);
  EXPECT_FALSE(bounds.Take(0, Connect("ipv4:192.0.2.1", 1)).evicted.has_value());
}

TEST_F(ConnectionBoundsTest, N06_WhatMakesWayAndIsNotClosedYetKeepsNobodyOut) {
  ConnectionBounds bounds =
      Make({.open_max = 30, .address_max = 8, .unproved_max = 8, .address_unproved_max = 4});
  std::set<int> evicted;
  for (int i = 0; i < 20; ++i) {
    const auto taken = bounds.Take(0, Connect("ipv4:192.0.2.1", 1000 + i));
    EXPECT_EQ(taken.answer, Answer::kTaken) << i;
    // Each gives way once.
    if (taken.evicted.has_value()) {
      EXPECT_TRUE(evicted.insert(taken.evicted->fd).second);
    }
  }
  EXPECT_EQ(evicted.size(), 16u);
  EXPECT_EQ(bounds.Sweep(0).unproved, 4u);
  EXPECT_EQ(bounds.Sweep(0).open, 20u) << "each has a descriptor until it is closed";
  bounds.Prove("ipv4:192.0.2.1:1000");
  EXPECT_EQ(bounds.Sweep(0).unproved, 4u) << "what has made way proves nothing";

  for (const int fd : evicted) open_.erase(fd);

  EXPECT_EQ(bounds.Sweep(0).open, 4u);
  EXPECT_EQ(bounds.Sweep(0).ended_unproved, 16u);
}

TEST_F(ConnectionBoundsTest, R15_WhatEndedWithoutACallIsCountedApartFromRefusedCallers) {
  ConnectionBounds bounds =
      Make({.open_max = 10, .address_max = 10, .unproved_max = 10, .address_unproved_max = 10});
  for (int port = 1; port <= 3; ++port) bounds.Take(0, Connect("ipv4:192.0.2.1", port));
  bounds.Hear("ipv4:192.0.2.1:1");
  bounds.Prove("ipv4:192.0.2.1:2");
  bounds.Hear("ipv4:192.0.2.9:1");

  open_.clear();

  const auto figures = bounds.Sweep(0);
  EXPECT_EQ(figures.open, 0u);
  EXPECT_EQ(figures.ended_unproved, 2u);
  EXPECT_EQ(figures.ended_unheard, 1u);
}

TEST_F(ConnectionBoundsTest, AnAddressThatIsFullIsLookedAtBeforeItIsRefused) {
  ConnectionBounds bounds =
      Make({.open_max = 10, .address_max = 2, .unproved_max = 10, .address_unproved_max = 10});
  for (int port = 1; port <= 2; ++port) {
    bounds.Take(0, Connect("ipv4:192.0.2.1", port));
    bounds.Prove(absl::StrCat("ipv4:192.0.2.1:", port));
  }
  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 3)).answer, Answer::kAddressFull);

  open_.erase(1);

  EXPECT_EQ(bounds.Take(0, Connect("ipv4:192.0.2.1", 4)).answer, Answer::kTaken);
}

TEST_F(ConnectionBoundsTest, APortUsedAgainIsTheNewerConnection) {
  ConnectionBounds bounds =
      Make({.open_max = 10, .address_max = 10, .unproved_max = 10, .address_unproved_max = 10});
  const OpenConnection before = Connect("ipv4:192.0.2.1", 7);
  bounds.Take(0, before);
  open_.erase(before.fd);
  bounds.Take(0, Connect("ipv4:192.0.2.1", 7));

  EXPECT_EQ(bounds.Sweep(0).unproved, 1u);
  bounds.Prove("ipv4:192.0.2.1:7");
  bounds.Prove("ipv4:192.0.2.1:7");
  bounds.Prove("ipv4:198.51.100.1:7");

  EXPECT_EQ(bounds.Sweep(0).unproved, 0u);
  EXPECT_EQ(bounds.Sweep(0).open, 1u);
}

}  // namespace
}  // namespace mrg
