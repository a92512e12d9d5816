#include "gateway/rpc/services/dispute_watchers.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(DisputeWatchers, OnlyWatchersOfTheChangedDisputeAreCalled) {
  DisputeWatchers watchers;
  int first = 0, second = 0, other = 0;
  const auto a = watchers.Add("hub/1", [&] { ++first; });
  const auto b = watchers.Add("hub/1", [&] { ++second; });
  const auto c = watchers.Add("hub/2", [&] { ++other; });

  watchers.Changed("hub/1");
  watchers.Changed("hub/3");

  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(other, 0);
}

TEST(DisputeWatchers, EndedWatchIsNotCalledAndTheOthersStay) {
  DisputeWatchers watchers;
  int first = 0, second = 0;
  auto a = watchers.Add("hub/1", [&] { ++first; });
  const auto b = watchers.Add("hub/1", [&] { ++second; });

  a.reset();
  watchers.Changed("hub/1");

  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

}  // namespace
}  // namespace mrg
