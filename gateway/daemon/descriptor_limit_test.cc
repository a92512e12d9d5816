#include "gateway/daemon/descriptor_limit.h"

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(DescriptorLimit, N06_ConnectionsNeverTakeWhatTheStoreNeeds) {
  for (size_t descriptors = 1; descriptors <= 20000; ++descriptors) {
    const auto limits = LimitConnections(descriptors);
    if (!limits.ok()) {
      EXPECT_EQ(ReasonOf(limits.status()), Reason::kConfigInvalid);
      EXPECT_LT(descriptors, 1024u) << "the least that systems give";
      continue;
    }
    ASSERT_EQ(limits->size(), 3u);
    EXPECT_LE((*limits)[0].open_max + (*limits)[1].open_max + (*limits)[2].open_max +
                  kDescriptorsReserved,
              descriptors);
    for (const ConnectionLimits& of : *limits) {
      EXPECT_GE(of.open_max, 12u);
      EXPECT_GE(of.unproved_max, 6u);
      EXPECT_LT(of.unproved_max, of.open_max) << "strangers leave room for those who are known";
      EXPECT_LE(of.address_max, of.open_max);
      EXPECT_GE(of.address_unproved_max, 3u);
      EXPECT_LE(of.address_unproved_max, of.unproved_max / 2) << "nor does one address take all";
    }
  }
}

TEST(DescriptorLimit, MoreThanEnoughGivesTheStatedBounds) {
  const auto limits = LimitConnections(1 << 20);

  ASSERT_TRUE(limits.ok()) << limits.status();
  EXPECT_EQ((*limits)[0].open_max, kApiConnectionsMax);
  EXPECT_EQ((*limits)[1].open_max, kFederationConnectionsMax);
  EXPECT_EQ((*limits)[2].open_max, kRestConnectionsMax);
  EXPECT_EQ((*limits)[2].address_max, kRestAddressConnectionsMax);
}

}  // namespace
}  // namespace mrg
