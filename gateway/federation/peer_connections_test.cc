#include "gateway/federation/peer_connections.h"

#include <memory>

#include "gateway/base/reason.h"
#include "gateway/federation/testing/stub_connection.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const MemberId kHub = *MemberId::Parse("hub");

TEST(PeerConnections, OneThatIsHeldLivesOnWhenItIsReplaced) {
  PeerConnections connections;
  const auto first = std::make_shared<StubConnection>();
  connections.Replace({{kHub, first}});
  const std::shared_ptr<PeerConnection> held = connections.To(kHub);

  connections.Replace({{kHub, std::make_shared<StubConnection>()}});

  EXPECT_EQ(held, first);
  EXPECT_NE(connections.To(kHub), first);
  EXPECT_EQ(connections.all().size(), 1u);
}

TEST(PeerConnections, ACutReachesThoseThatComeInTheirPlace) {
  PeerConnections connections;
  const auto first = std::make_shared<StubConnection>(),
             second = std::make_shared<StubConnection>();
  connections.Replace({{kHub, first}});
  EXPECT_FALSE(first->is_cut());

  connections.Cut();
  connections.Replace({{kHub, second}});

  EXPECT_TRUE(first->is_cut());
  EXPECT_TRUE(second->is_cut());
}

TEST(PeerRelay, DeliversOverTheConnectionOfTheMoment) {
  PeerConnections connections;
  PeerRelay relay(&connections);
  const auto connection = std::make_shared<StubConnection>();
  connection->deliver = [](const dispute::v1::DeliverRequest&) { return uint64_t{7}; };
  EXPECT_EQ(ReasonOf(relay.Deliver(kHub, {}).status()), Reason::kMemberUnknown);

  connections.Replace({{kHub, connection}});

  EXPECT_EQ(relay.Deliver(kHub, {}).value_or(0), 7u);
  EXPECT_EQ(ReasonOf(relay.Deliver(*MemberId::Parse("pearl"), {}).status()),
            Reason::kMemberUnknown);
}

TEST(PeerRelay, WhatThePeerAnswersIsPassedOn) {
  PeerConnections connections;
  connections.Replace({{kHub, std::make_shared<StubConnection>()}});

  EXPECT_EQ(ReasonOf(PeerRelay(&connections).Deliver(kHub, {}).status()), Reason::kFetchFailed);
}

}  // namespace
}  // namespace mrg
