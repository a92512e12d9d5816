#include "gateway/federation/trust_hints.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const MemberId kHub = *MemberId::Parse("hub");
const MemberId kDelta = *MemberId::Parse("yangtze-delta");
using Heard = std::vector<std::pair<std::string, int64_t>>;

TrustHints::Listener Into(Heard* heard) {
  return [heard](const std::string& publisher, int64_t version) {
    heard->emplace_back(publisher, version);
  };
}

TEST(TrustHints, SubscriberHearsThePresentStateFirstThenEachChange) {
  TrustHints hints;
  hints.Set(kHub, 3);
  hints.Set(kDelta, 7);
  Heard heard;

  const auto subscription = hints.Subscribe(Into(&heard));
  hints.Set(kHub, 4);

  EXPECT_THAT(heard, ElementsAre(Pair("hub", 3), Pair("yangtze-delta", 7), Pair("hub", 4)));
}

TEST(TrustHints, SameVersionAgainIsNoNews) {
  TrustHints hints;
  Heard heard;
  const auto subscription = hints.Subscribe(Into(&heard));

  hints.Set(kHub, 3);
  hints.Set(kHub, 3);

  EXPECT_THAT(heard, ElementsAre(Pair("hub", 3)));
}

TEST(TrustHints, EndedSubscriptionHearsNothingMore) {
  TrustHints hints;
  Heard heard, other;
  auto subscription = hints.Subscribe(Into(&heard));
  const auto stays = hints.Subscribe(Into(&other));

  subscription.reset();
  hints.Set(kHub, 1);

  EXPECT_TRUE(heard.empty());
  EXPECT_THAT(other, ElementsAre(Pair("hub", 1)));
}

}  // namespace
}  // namespace mrg
