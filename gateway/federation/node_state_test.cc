#include "gateway/federation/node_state.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const MemberId kHub = *MemberId::Parse("hub");

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

TEST(NodeState, RefusalKeepsTheTimeOfTheLastSuccessAndASuccessClearsIt) {
  NodeState state;
  state.SetRefreshed(kHub, kNow);

  state.SetRefusal(kHub, Reason::kMetadataRollback);
  EXPECT_EQ(state.Publishers().at(kHub).last_refusal, Reason::kMetadataRollback);
  EXPECT_EQ(state.Publishers().at(kHub).refreshed_at, kNow);

  state.SetRefreshed(kHub, kNow + absl::Seconds(1));
  EXPECT_FALSE(state.Publishers().at(kHub).last_refusal.has_value());
  EXPECT_EQ(state.Publishers().at(kHub).refreshed_at, kNow + absl::Seconds(1));
}

}  // namespace
}  // namespace mrg
