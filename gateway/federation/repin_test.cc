#include "gateway/federation/repin.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// The Delta follows the hub and Sichuan-Chongqing, both of which lost their root keys.
class RepinDeskTest : public ::testing::Test {
 protected:
  RepinDeskTest() {
    MetadataStore metadata(&store_);
    for (const MemberId& member : {hub_, sichuan_}) {
      EXPECT_TRUE(InitTrust(member, before_.root(1), std::nullopt, &metadata).ok());
    }
  }

  static Peer PeerOf(const MemberId& member, bool is_hub) {
    return {member, "127.0.0.1:1", "x.example", "", {}, "", is_hub, false};
  }
  Repin Of(const MemberId& member) const {
    return {member, after_.root(1), *RootDigest(after_.root(1)), "keys lost"};
  }
  void ListNames(const std::string& digest) {
    trustlist::v1::Federation list;
    list.add_members()->set_member(sichuan_.value());
    list.mutable_members(0)->set_first_root_sha256(digest);
    list_.Publish(std::move(list));
  }
  std::string Trusted(const MemberId& member) {
    const MetadataStore metadata(&store_);
    return **TrustedFirstRoot(member, metadata);
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId sichuan_ = *MemberId::Parse("sichuan-chongqing");
  RepositorySimulator before_{kNow}, after_{kNow};
  MemoryStore store_;
  SetFederationList list_;
  const std::vector<Peer> peers_ = {PeerOf(hub_, true), PeerOf(sichuan_, false)};
  FollowingTurns turns_{peers_};
  KeptEvents events_;
  RepositoryPublisher publisher_{PublisherOptions{own_}, {}, &store_, nullptr};
  const RepinDesk desk_{own_, hub_, &peers_, {&store_, &publisher_, &list_, &turns_, &events_}};
};

TEST_F(RepinDeskTest, NeitherTheOperatorNorTheHubsListDecidesAlone) {
  EXPECT_EQ(ReasonOf(desk_.Decide(Of(sichuan_), kNow).status()), Reason::kMemberRootUnconfirmed);
  ListNames(std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(desk_.Decide(Of(sichuan_), kNow).status()), Reason::kMemberRootUnconfirmed);

  EXPECT_EQ(Trusted(sichuan_), *RootDigest(before_.root(1)));
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_THAT(*desk_.DecisionsOf(sichuan_), IsEmpty());
}

TEST_F(RepinDeskTest, TogetherTheyBeginAnewFromTheRootAndItIsKept) {
  ListNames(*RootDigest(after_.root(1)));

  const auto record = desk_.Decide(Of(sichuan_), kNow);

  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(Trusted(sichuan_), *RootDigest(after_.root(1)));
  EXPECT_EQ(Trusted(hub_), *RootDigest(before_.root(1)));
  ASSERT_EQ(desk_.DecisionsOf(sichuan_)->size(), 1u);
  EXPECT_EQ(desk_.DecisionsOf(sichuan_)->front().because(), "keys lost");
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("publisher_repinned")));
}

TEST_F(RepinDeskTest, OfTheHubsRootTheOperatorDecidesAlone) {
  EXPECT_TRUE(desk_.Decide(Of(hub_), kNow).ok());

  EXPECT_EQ(Trusted(hub_), *RootDigest(after_.root(1)));
}

TEST_F(RepinDeskTest, M6_UnderTheTrustedRootTheOperatorDecidesAlone) {
  const Repin same = {sichuan_, before_.root(1), *RootDigest(before_.root(1)), "a gap"};

  ASSERT_TRUE(desk_.Decide(same, kNow).ok());

  EXPECT_EQ(Trusted(sichuan_), *RootDigest(before_.root(1)));
  EXPECT_EQ(desk_.DecisionsOf(sichuan_)->size(), 1u);
}

TEST_F(RepinDeskTest, AFileThatIsNotTheRootOfTheDigestIsRefusedWhateverTheListSays) {
  ListNames(*RootDigest(after_.root(1)));
  Repin repin = Of(sichuan_);
  repin.root = before_.root(1);

  EXPECT_EQ(ReasonOf(desk_.Decide(repin, kNow).status()), Reason::kMemberRootUnconfirmed);

  EXPECT_EQ(Trusted(sichuan_), *RootDigest(before_.root(1)));
}

TEST_F(RepinDeskTest, AStrangerIsUnknown) {
  EXPECT_EQ(ReasonOf(desk_.Decide(Of(*MemberId::Parse("stranger")), kNow).status()),
            Reason::kMemberUnknown);
}

}  // namespace
}  // namespace mrg
