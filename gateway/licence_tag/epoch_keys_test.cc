#include "gateway/licence_tag/epoch_keys.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);

TEST(EpochKeys, InUseIsTheNewestWhoseTimeHasCome) {
  const EpochKey next = {4, std::string(32, 'n'), kNow};
  const EpochKeys keys = {{3, {3, std::string(32, 'f')}}, {4, next}};

  EXPECT_EQ(InUseAt(keys, kNow - absl::Nanoseconds(1))->epoch, 3u);
  EXPECT_EQ(InUseAt(keys, kNow)->epoch, 4u);
  EXPECT_FALSE(InUseAt({{4, next}}, kNow - absl::Seconds(1)).has_value());
  EXPECT_FALSE(InUseAt({}, kNow).has_value());
}

}  // namespace
}  // namespace mrg
