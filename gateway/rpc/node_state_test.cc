#include "gateway/rpc/node_state.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const MemberId kHub = *MemberId::Parse("hub");

InForceSet SetOf(int64_t version) {
  InForceSet set{kHub, {}, {}};
  set.roles.push_back({"timestamp", version, std::string(32, 'a'), kNow + absl::Hours(1)});
  return set;
}

TEST(NodeState, IsNotReadyUntilNothingIsMissing) {
  NodeState state;
  EXPECT_FALSE(state.IsReady());

  EXPECT_TRUE(state.SetNotReady({"NODE_NOT_READY: x"}));
  EXPECT_FALSE(state.SetNotReady({"NODE_NOT_READY: x"}));
  EXPECT_FALSE(state.IsReady());
  EXPECT_TRUE(state.SetNotReady({}));

  EXPECT_TRUE(state.IsReady());
  EXPECT_TRUE(state.NotReadyReasons().empty());
}

TEST(NodeState, SetThatStaysTheSameKeepsItsTimeButCountsAsRefreshed) {
  NodeState state;
  state.SetInForce(SetOf(1), kNow);
  state.SetInForce(SetOf(1), kNow + absl::Seconds(5));
  EXPECT_EQ(state.Publishers().at("hub").in_force_at, kNow);
  EXPECT_EQ(state.Publishers().at("hub").refreshed_at, kNow + absl::Seconds(5));

  state.SetInForce(SetOf(2), kNow + absl::Seconds(9));
  EXPECT_EQ(state.Publishers().at("hub").in_force_at, kNow + absl::Seconds(9));
}

TEST(NodeState, RefusalLeavesWhatIsInForceAndASuccessClearsIt) {
  NodeState state;
  state.SetInForce(SetOf(1), kNow);

  state.SetRefusal(kHub, Reason::kMetadataRollback);
  EXPECT_EQ(state.Publishers().at("hub").last_refusal, Reason::kMetadataRollback);
  ASSERT_TRUE(state.Publishers().at("hub").in_force.has_value());

  state.SetInForce(SetOf(1), kNow + absl::Seconds(1));
  EXPECT_FALSE(state.Publishers().at("hub").last_refusal.has_value());
}

}  // namespace
}  // namespace mrg
