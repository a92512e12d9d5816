#include "gateway/federation/follow/peer_followers.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/federation/testing/following_parts.h"
#include "gateway/federation/testing/serving_node.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kPoll = absl::Seconds(30);

// The Delta follows the hub and Sichuan-Chongqing, each of which relays the other's lists.
class PeerFollowersTest : public ::testing::Test {
 protected:
  PeerFollowersTest() {
    network_.Add(hub_, at_hub_.parts());
    network_.Add(sichuan_, at_sichuan_.parts());
    for (ServingNode* node : {&at_hub_, &at_sichuan_}) {
      node->Hold(hub_, &of_hub_, kStart);
      node->Hold(sichuan_, &of_sichuan_, kStart);
    }
  }

  std::vector<Peer> Peers() const {
    return {{hub_, "127.0.0.1:1", "hub.example", "", of_hub_.root(1), "", true, false},
            {sichuan_, "127.0.0.1:2", "sc.example", "", of_sichuan_.root(1), "", false, false}};
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId sichuan_ = *MemberId::Parse("sichuan-chongqing");
  RepositorySimulator of_hub_{kStart}, of_sichuan_{kStart};
  ServingNode at_hub_, at_sichuan_;
  MemoryNetwork network_;
  FollowingParts node_{own_, Peers(), kStart};
  TrustHints own_hints_;
  std::vector<std::string> woken_;
  PeerFollowers followers_{
      own_,
      Peers(),
      {{hub_, network_.Connect(own_, hub_)}, {sichuan_, network_.Connect(own_, sichuan_)}},
      kPoll,
      node_.parts(),
      &own_hints_,
      [this](const MemberId& member) { woken_.push_back(member.value()); }};
};

TEST_F(PeerFollowersTest, EveryMembersListsComeFromItsOwnNode) {
  followers_.RunOnce(kStart);

  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "sichuan-chongqing 1"));
}

TEST_F(PeerFollowersTest, AHintIsForTheMemberItIsAboutWhoeverGivesIt) {
  followers_.RunOnce(kStart);
  woken_.clear();
  network_.Cut(own_, hub_);
  of_hub_.SetNow(kStart + absl::Seconds(1));
  of_hub_.PublishTimestamp();

  at_sichuan_.Hold(hub_, &of_hub_, kStart + absl::Seconds(1));
  followers_.RunOnce(kStart + absl::Seconds(1));

  EXPECT_THAT(woken_, ElementsAre("hub"));
  EXPECT_THAT(node_.TakeInForce(), ElementsAre("hub 1", "sichuan-chongqing 1", "hub 2"));
}

TEST_F(PeerFollowersTest, L4_N05_OnlyAVersionAboveWhatItsSourceHintedAtBeforeWakes) {
  followers_.RunOnce(kStart);
  at_hub_.hints.Set(hub_, 7);
  woken_.clear();

  for (int i = 0; i < 1000; ++i) {
    at_hub_.hints.Set(hub_, 6);
    at_hub_.hints.Set(hub_, 7);
  }
  EXPECT_THAT(woken_, IsEmpty());

  at_sichuan_.hints.Set(hub_, 7);
  EXPECT_THAT(woken_, ElementsAre("hub")) << "what another one said before is nothing to it";
}

TEST_F(PeerFollowersTest, T08_ARootThatAMembersNodeHoldsBackComesFromThePeerThatNamesIt) {
  RepositorySimulator shown = of_hub_;
  shown.AddKey("timestamp");
  shown.PublishRoot();
  at_sichuan_.Hold(hub_, &shown, kStart);
  DeskOfTests desk(sichuan_, {hub_});
  MetadataStore metadata(&desk.store);
  ASSERT_TRUE(InitTrust(hub_, shown.root(1), std::nullopt, &metadata).ok());
  ASSERT_TRUE(Updater(hub_, &desk.store, &shown).Refresh(kStart).ok());
  MemoryNode with_heads = at_sichuan_.parts();
  with_heads.heads = &desk.desk;
  network_.Add(sichuan_, with_heads);
  followers_.RunOnce(kStart);
  const MetadataStore own(&node_.desk.store);
  ASSERT_EQ(*own.NewestVersion(hub_, "root"), 1);
  woken_.clear();

  followers_.RunOnce(kStart + kPoll);

  EXPECT_THAT(woken_, ElementsAre("hub"));
  EXPECT_EQ(*own.NewestVersion(hub_, "root"), 2);
}

TEST_F(PeerFollowersTest, AHintAboutWhomNobodyFollowsWakesNobody) {
  followers_.RunOnce(kStart);
  woken_.clear();

  at_hub_.hints.Set(*MemberId::Parse("stranger"), 7);

  EXPECT_THAT(woken_, IsEmpty());
}

TEST_F(PeerFollowersTest, AChangeOfTheOwnListsHurriesTheExchangeOfHeads) {
  DeskOfTests desk(hub_, {hub_});
  MemoryNode with_heads = at_hub_.parts();
  with_heads.heads = &desk.desk;
  network_.Add(hub_, with_heads);
  followers_.all()[0]->RunLink(kStart);
  const int64_t asked = network_.calls(own_, hub_);
  followers_.all()[0]->RunLink(kStart + absl::Seconds(5));  // the hints of the stream's beginning
  followers_.all()[0]->RunLink(kStart + absl::Seconds(10));
  const int64_t at_rest = network_.calls(own_, hub_);

  own_hints_.Set(own_, 1);
  followers_.all()[0]->RunLink(kStart + absl::Seconds(15));

  EXPECT_GE(asked, 1);
  EXPECT_EQ(network_.calls(own_, hub_), at_rest + 1);
}

TEST_F(PeerFollowersTest, AfterStopNobodyIsWoken) {
  followers_.RunOnce(kStart);
  woken_.clear();

  followers_.Stop();
  at_hub_.hints.Set(hub_, 7);

  EXPECT_THAT(woken_, IsEmpty());
}

}  // namespace
}  // namespace mrg
