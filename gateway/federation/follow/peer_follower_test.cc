#include "gateway/federation/follow/peer_follower.h"

#include <memory>
#include <string>
#include <vector>

#include "gateway/federation/testing/following_parts.h"
#include "gateway/federation/testing/serving_node.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kPoll = absl::Seconds(30);

// The Delta follows the hub; Sichuan-Chongqing relays the hub's lists.
class PeerFollowerTest : public ::testing::Test {
 protected:
  PeerFollowerTest() {
    network_.Add(hub_, direct_.parts());
    network_.Add(sichuan_, relay_.parts());
    direct_.Hold(hub_, &repository_, kStart);
    relay_.Hold(hub_, &repository_, kStart);
  }

  Peer HubPeer() const {
    return {hub_, "127.0.0.1:1", "hub.example", "", repository_.root(1), "", true, false};
  }
  std::shared_ptr<PeerConnection> Connect(const MemberId& to) { return network_.Connect(own_, to); }
  // The hub's next timestamp, held by the node; a node that was away does not have it.
  void Publish(ServingNode* node, absl::Time now) {
    repository_.SetNow(now);
    repository_.PublishTimestamp();
    node->Hold(hub_, &repository_, now);
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId sichuan_ = *MemberId::Parse("sichuan-chongqing");
  RepositorySimulator repository_{kStart};
  ServingNode direct_, relay_;
  MemoryNetwork network_;
  FollowingParts node_{own_, {HubPeer()}, kStart};
  std::vector<std::string> hints_;
  PeerFollower follower_{
      own_,
      HubPeer(),
      {{hub_, Connect(hub_)}, {sichuan_, Connect(sichuan_)}},
      kPoll,
      node_.parts(),
      {[this](const MemberId& peer, const MemberId& publisher, int64_t version) {
         hints_.push_back(peer.value() + ": " + publisher.value() + " " + std::to_string(version));
       },
       [](const MemberId&, const MemberId&) {}}};
};

TEST_F(PeerFollowerTest, ListsComeFromTheMembersNodeAtOnceThenAtThePoll) {
  follower_.RunLists(kStart);
  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1"));
  EXPECT_EQ(network_.calls(own_, sichuan_), 0);
  Publish(&direct_, kStart + absl::Seconds(1));

  follower_.RunLists(kStart + absl::Seconds(10));
  EXPECT_THAT(node_.TakeInForce(), IsEmpty());
  follower_.RunLists(kStart + kPoll);

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 2"));
  EXPECT_THAT(node_.TakeRefused(), IsEmpty());
}

TEST_F(PeerFollowerTest, HintsComeOverTheLinkAndBringListsWithoutWaitingForThePoll) {
  follower_.RunLists(kStart);
  follower_.RunLink(kStart);
  EXPECT_THAT(hints_, ElementsAre("hub: hub 1"));
  Publish(&direct_, kStart + absl::Seconds(1));
  EXPECT_THAT(hints_, ElementsAre("hub: hub 1", "hub: hub 2"));

  follower_.Hint(hub_, 2);
  follower_.RunLists(kStart + absl::Seconds(1));

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "hub 2"));
}

TEST_F(PeerFollowerTest, ASetWhoseContentIsRefusedIsNotStoredAsInForceAndNoOtherNodeIsAskedForIt) {
  node_.take = MakeError(Reason::kPackInvalid, "a pack fails");

  follower_.RunLists(kStart);

  EXPECT_THAT(node_.TakeRefused(), ElementsAre("hub PACK_INVALID"));
  EXPECT_FALSE(InForceStore(&node_.desk.store).Load(hub_)->has_value());
  EXPECT_EQ(network_.calls(own_, sichuan_), 0);
  node_.take = absl::OkStatus();
  follower_.RunLists(kStart + absl::Seconds(1));
  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1"));
  EXPECT_TRUE(InForceStore(&node_.desk.store).Load(hub_)->has_value());
}

// Each hint is above the one before, and nothing is behind any of them.
TEST_F(PeerFollowerTest,
       L4_HintsThatRiseWithoutANewVersionDoNotDriveRefreshesFasterThanTheBackoff) {
  follower_.RunLists(kStart);
  node_.TakeInForce();
  int64_t refreshes = 0;
  int64_t hinted = 1000;
  absl::Time now = kStart;
  // Ten a second, for less than the poll period.
  for (; now < kStart + kPoll - absl::Seconds(7); now += absl::Milliseconds(100)) {
    follower_.Hint(hub_, ++hinted);
    follower_.RunLists(now);
    refreshes += static_cast<int64_t>(node_.TakeInForce().size());
  }
  EXPECT_GE(refreshes, 2);
  EXPECT_LE(refreshes, 6) << "at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 seconds at the earliest";

  // What is published meanwhile comes by the hint of another node, at once.
  Publish(&relay_, now);
  follower_.Hint(sichuan_, 2);
  follower_.RunLists(now);
  follower_.RunLists(now);
  EXPECT_THAT(node_.TakeInForce(), Contains("hub 2"));
}

TEST_F(PeerFollowerTest, H8_ATurnEndsWithItsNextStepOnceItIsCut) {
  follower_.Cut();

  follower_.RunLists(kStart);

  EXPECT_THAT(node_.TakeInForce(), IsEmpty());
  EXPECT_FALSE(InForceStore(&node_.desk.store).Load(hub_)->has_value());
}

TEST_F(PeerFollowerTest, ASilentNodeIsToldAndItsListsComeFromARelay) {
  network_.Cut(own_, hub_);

  follower_.RunLists(kStart);

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1"));
  EXPECT_THAT(node_.TakeRefused(), ElementsAre("hub FETCH_FAILED"));
}

TEST_F(PeerFollowerTest, WhileANodeIsSilentHintsOfARelayDoNotWaitForIt) {
  network_.Cut(own_, hub_);
  follower_.RunLists(kStart);
  const int64_t asked = network_.calls(own_, hub_);
  Publish(&relay_, kStart + absl::Milliseconds(1));

  follower_.Hint(sichuan_, 2);
  follower_.RunLists(kStart + absl::Milliseconds(1));

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "hub 2"));
  EXPECT_EQ(network_.calls(own_, hub_), asked);
}

TEST_F(PeerFollowerTest, TheTurnOfListsDoesNotUseTheLinkAndTheTurnOfTheLinkAsksNoRelay) {
  network_.Cut(own_, hub_);

  follower_.RunLink(kStart);

  EXPECT_EQ(network_.calls(own_, sichuan_), 0);
  EXPECT_THAT(node_.TakeInForce(), IsEmpty());
  EXPECT_THAT(hints_, IsEmpty());
}

TEST_F(PeerFollowerTest, M9_ANodeThatKeepsNoLicenceTagKeysAsksForNone) {
  SnapshotFixture fixture;
  fixture.known_jurisdictions = {{"50", hub_.value()}};
  node_.snapshots.Publish(std::make_shared<const RecognitionSnapshot>(fixture.Build()));
  PeerFollower::Parts parts = node_.parts();
  parts.epoch_keys = nullptr;
  PeerFollower keeps_none(
      own_, HubPeer(), {{hub_, Connect(hub_)}}, kPoll, parts,
      {[](const MemberId&, const MemberId&, int64_t) {}, [](const MemberId&, const MemberId&) {}});

  follower_.RunLink(kStart);
  const int asked_with_keys = network_.calls(own_, hub_);
  keeps_none.RunLink(kStart);

  EXPECT_EQ(network_.calls(own_, hub_) - asked_with_keys, asked_with_keys - 1);
}

TEST_F(PeerFollowerTest, ARelayThatIsAwayIsNoNewsOfTheMember) {
  follower_.RunLists(kStart);
  network_.Remove(sichuan_);
  Publish(&direct_, kStart + absl::Seconds(1));

  follower_.Hint(sichuan_, 2);
  follower_.RunLists(kStart + absl::Seconds(1));

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "hub 2"));
}

TEST_F(PeerFollowerTest, AfterAPartitionTheLinkIsOpenedAgainAndBringsWhatWasMissed) {
  follower_.RunLists(kStart);
  follower_.RunLink(kStart);
  network_.Cut(own_, hub_);
  Publish(&direct_, kStart + absl::Seconds(1));
  follower_.RunLink(kStart + absl::Seconds(2));
  network_.Join(own_, hub_);

  follower_.RunLink(kStart + absl::Seconds(60));

  EXPECT_THAT(hints_, Contains("hub: hub 2"));
}

TEST_F(PeerFollowerTest, AfterStopNoHintIsPassedOn) {
  follower_.RunLink(kStart);
  hints_.clear();

  follower_.Stop();
  Publish(&direct_, kStart + absl::Seconds(1));

  EXPECT_THAT(hints_, IsEmpty());
}

}  // namespace
}  // namespace mrg
