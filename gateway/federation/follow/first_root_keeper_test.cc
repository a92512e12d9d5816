#include "gateway/federation/follow/first_root_keeper.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/federation/testing/serving_node.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gateway/membership/federation_list.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
const RetrySchedule kRetry(absl::Seconds(1), absl::Seconds(30), 7);

// The hub, which trusts a member when its own list names the member's root.
class FirstRootKeeperTest : public ::testing::Test {
 protected:
  FirstRootKeeperTest() {
    direct_.Hold(delta_, &repository_, kStart);
    relay_.Hold(delta_, &repository_, kStart);
    network_.Add(delta_, direct_.parts());
    network_.Add(pearl_, relay_.parts());
  }

  // The hub's list names the root of that digest for the member.
  void ListNames(const std::string& digest) {
    trustlist::v1::Federation list;
    list.add_members()->set_member(delta_.value());
    list.mutable_members(0)->set_first_root_sha256(digest);
    list_.Publish(std::move(list));
  }
  FirstRootKeeper Keeper(std::optional<std::string> configured = std::nullopt) {
    Peer peer{delta_, "127.0.0.1:1", "delta.example", "", std::move(configured), "", false, false};
    return FirstRootKeeper(std::move(peer), {from_direct_.get(), from_relay_.get()}, &first_roots_,
                           &store_, kRetry,
                           [this](const MemberId& publisher, const absl::Status& why) {
                             EXPECT_EQ(publisher, delta_);
                             refused_.push_back(*ReasonOf(why));
                           });
  }
  int64_t Stored() { return *MetadataStore(&store_).NewestVersion(delta_, kRootRole); }

  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId delta_ = *MemberId::Parse("yangtze-delta");
  const MemberId pearl_ = *MemberId::Parse("pearl-river");
  RepositorySimulator repository_{kStart};
  ServingNode direct_, relay_;
  MemoryNetwork network_;
  const std::unique_ptr<PeerConnection> to_direct_ = network_.Connect(hub_, delta_);
  const std::unique_ptr<PeerConnection> to_relay_ = network_.Connect(hub_, pearl_);
  const std::unique_ptr<Fetcher> from_direct_ = to_direct_->FetcherOf(delta_);
  const std::unique_ptr<Fetcher> from_relay_ = to_relay_->FetcherOf(delta_);
  MemoryStore store_;
  SetFederationList list_;
  SetSnapshot snapshots_;
  const FirstRoots first_roots_{{}, &list_, &snapshots_};
  std::vector<Reason> refused_;
};

TEST_F(FirstRootKeeperTest, AConfiguredRootNeedsNobody) {
  network_.Remove(delta_);
  network_.Remove(pearl_);

  EXPECT_TRUE(Keeper(repository_.root(1)).Ensure(kStart));

  EXPECT_EQ(Stored(), 1);
  EXPECT_EQ(network_.calls(hub_, delta_), 0);
}

TEST_F(FirstRootKeeperTest, AMissingWordIsToldOnceAsksNobodyAndCountsAsSoonAsItIsThere) {
  FirstRootKeeper keeper = Keeper();
  EXPECT_FALSE(keeper.Ensure(kStart));
  EXPECT_FALSE(keeper.Ensure(kStart));
  EXPECT_THAT(refused_, ElementsAre(Reason::kMemberRootUnconfirmed));
  EXPECT_EQ(network_.calls(hub_, delta_), 0);

  ListNames(*RootDigest(repository_.root(1)));

  EXPECT_TRUE(keeper.Ensure(kStart));
  EXPECT_EQ(Stored(), 1);
}

TEST_F(FirstRootKeeperTest, TheRootComesFromARelayWhenTheNodeIsNotReached) {
  ListNames(*RootDigest(repository_.root(1)));
  network_.Cut(hub_, delta_);

  EXPECT_TRUE(Keeper().Ensure(kStart));

  EXPECT_EQ(Stored(), 1);
  EXPECT_THAT(refused_, IsEmpty());
}

TEST_F(FirstRootKeeperTest, AnotherRootThanTheNamedOneIsRefusedAndTriedAgainBySchedule) {
  ListNames(std::string(32, 'x'));
  FirstRootKeeper keeper = Keeper();

  EXPECT_FALSE(keeper.Ensure(kStart));
  const int64_t asked = network_.calls(hub_, delta_);
  EXPECT_FALSE(keeper.Ensure(kStart + kRetry.WaitAfter(1) - absl::Nanoseconds(1)));
  EXPECT_EQ(network_.calls(hub_, delta_), asked);
  EXPECT_FALSE(keeper.Ensure(kStart + kRetry.WaitAfter(1)));

  EXPECT_EQ(network_.calls(hub_, delta_), 2 * asked);
  EXPECT_EQ(Stored(), 0);
  EXPECT_THAT(refused_,
              ElementsAre(Reason::kMemberRootUnconfirmed, Reason::kMemberRootUnconfirmed));
}

TEST_F(FirstRootKeeperTest, AClockThatSteppedBackDoesNotKeepTheRootAway) {
  ListNames(*RootDigest(repository_.root(1)));
  network_.Cut(hub_, delta_);
  network_.Cut(hub_, pearl_);
  FirstRootKeeper keeper = Keeper();
  EXPECT_FALSE(keeper.Ensure(kStart));
  network_.JoinAll();

  EXPECT_TRUE(keeper.Ensure(kStart - absl::Hours(1)));
}

}  // namespace
}  // namespace mrg
