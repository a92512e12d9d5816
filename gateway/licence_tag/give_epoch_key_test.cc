#include "gateway/licence_tag/give_epoch_key.h"

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const EpochKeys kOwn = {{3, {3, std::string(32, 'a')}},
                        {4, {4, std::string(32, 'b'), kNow + absl::Hours(1)}}};

TEST(GiveEpochKey, ZeroAsksForTheOneInUseAndEveryTermIsTold) {
  const auto given = GiveEpochKey(kOwn, 0, kNow);

  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->epoch(), 3u);
  EXPECT_EQ(given->key(), kOwn.at(3).key);
  ASSERT_EQ(given->epochs_size(), 2);
  EXPECT_FALSE(given->epochs(0).has_from());
  EXPECT_EQ(ToTime(given->epochs(1).from()), kNow + absl::Hours(1));
}

TEST(GiveEpochKey, KeyThatIsNotYetInUseIsGivenAhead) {
  EXPECT_EQ(GiveEpochKey(kOwn, 4, kNow)->key(), kOwn.at(4).key);
}

TEST(GiveEpochKey, EpochThatIsNotThereIsUnavailable) {
  EXPECT_EQ(ReasonOf(GiveEpochKey(kOwn, 5, kNow).status()), Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(GiveEpochKey({}, 0, kNow).status()), Reason::kEpochKeyUnavailable);
}

}  // namespace
}  // namespace mrg
