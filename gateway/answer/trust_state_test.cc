#include "gateway/answer/trust_state.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gmock/gmock.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

// The Delta, which follows the hub and Sichuan-Chongqing.
class TrustStateTest : public TrustIntakeTest {
 protected:
  static Peer PeerOf(const MemberId& member, bool is_hub) {
    return {member, "127.0.0.1:1", "x.example", "", {}, "", is_hub, false};
  }
  std::vector<std::string> PublishersIn(const gateway::v1::GetTrustStateResponse& answer) {
    std::vector<std::string> publishers;
    for (const auto& state : answer.publishers()) publishers.push_back(state.publisher());
    return publishers;
  }

  const MemberId own_ = *MemberId::Parse(kDeltaMember);
  const MemberId hub_ = *MemberId::Parse(kHubMember);
  const MemberId sichuan_ = *MemberId::Parse(kSichuanMember);
  IntakeNode node_{&store_};
  NodeState state_;
  const std::vector<Peer> peers_ = {PeerOf(hub_, true), PeerOf(sichuan_, false)};
  SetFederationList list_;
  FollowingTurns turns_{peers_};
  KeptEvents events_;
  RepositoryPublisher publisher_{PublisherOptions{own_}, {}, &store_, nullptr};
  const RepinDesk repins_{own_, hub_, &peers_, {&store_, &publisher_, &list_, &turns_, &events_}};
  const TrustStateSources sources_{own_, &node_.holder, &state_, &repins_};
};

TEST_F(TrustStateTest, BeforeTheFirstSetItSaysWhoWasRefusedAndWhyTheNodeIsNotReady) {
  state_.SetRefusal(sichuan_, Reason::kFetchFailed);

  const auto answer = GetTrustState(sources_);

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(PublishersIn(*answer), ElementsAre(kSichuanMember));
  EXPECT_EQ(answer->publishers(0).last_refusal(), "FETCH_FAILED");
  EXPECT_FALSE(answer->publishers(0).has_in_force_at());
  EXPECT_EQ(answer->snapshot_id(), "");
  EXPECT_FALSE(answer->ready());
  EXPECT_EQ(answer->members_size(), 0);
  EXPECT_THAT(answer->not_ready_reasons(), ElementsAre("the node is starting"));
}

TEST_F(TrustStateTest, TheOwnMemberComesFirstWithWhatIsInForceOfEach) {
  OfferAll(&node_);
  state_.SetRefreshed(own_, FixtureNow());
  state_.SetNotReady({});

  const auto answer = GetTrustState(sources_);

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(PublishersIn(*answer), ElementsAre(kDeltaMember, kHubMember, kSichuanMember));
  for (const auto& publisher : answer->publishers()) {
    const InForceSet& set = lists_.Set(publisher.publisher());
    ASSERT_EQ(publisher.roles_size(), static_cast<int>(set.roles.size()));
    EXPECT_EQ(publisher.roles(0).role(), set.roles[0].role);
    EXPECT_EQ(publisher.roles(0).version(), set.roles[0].version);
    EXPECT_EQ(publisher.roles(0).expires().seconds(), absl::ToUnixSeconds(set.roles[0].expires));
    EXPECT_EQ(publisher.in_force_at().seconds(), absl::ToUnixSeconds(FixtureNow()));
    EXPECT_EQ(publisher.last_refusal(), "");
  }
  EXPECT_EQ(answer->snapshot_id(), absl::BytesToHexString(node_.CurrentId()));
  EXPECT_THAT(answer->members(), ElementsAre(kHubMember, kSichuanMember, kDeltaMember))
      << "those of the hub's list, by name";
  EXPECT_TRUE(answer->ready());
}

TEST_F(TrustStateTest, WhatAnOperatorDecidedStandsWithThePublisher) {
  const RepositorySimulator before(FixtureNow()), after(FixtureNow());
  MetadataStore metadata(&store_);
  ASSERT_TRUE(InitTrust(hub_, before.root(1), std::nullopt, &metadata).ok());
  ASSERT_TRUE(
      repins_.Decide({hub_, after.root(1), *RootDigest(after.root(1)), "keys lost"}, FixtureNow())
          .ok());
  state_.SetRefreshed(hub_, FixtureNow());
  state_.SetRefreshed(sichuan_, FixtureNow());

  const auto answer = GetTrustState(sources_);

  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->publishers(0).repins_size(), 1);
  EXPECT_EQ(answer->publishers(0).repins(0).because(), "keys lost");
  EXPECT_EQ(answer->publishers(0).repins(0).new_root_sha256(), *RootDigest(after.root(1)));
  EXPECT_EQ(answer->publishers(1).repins_size(), 0);
}

}  // namespace
}  // namespace mrg
