#include "gateway/witness/log_keepers.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/storage/ordered_key.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "yangtze-delta/log-1";

class LogKeepersTest : public ::testing::Test {
 protected:
  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId chuanyu_ = *MemberId::Parse("sichuan-chongqing");
  MemoryStore store_;
  LogKeepers keepers_{&store_, kOrigin};
};

TEST_F(LogKeepersTest, WhoWasNotedIsThereOnceAlsoAfterARestart) {
  ASSERT_TRUE(keepers_.Note(chuanyu_).ok());
  ASSERT_TRUE(keepers_.Note(hub_).ok());
  ASSERT_TRUE(keepers_.Note(hub_).ok());

  EXPECT_THAT(*LogKeepers(&store_, kOrigin).All(), ElementsAre(hub_, chuanyu_));
}

TEST_F(LogKeepersTest, LogsOfOneStoreAreApart) {
  ASSERT_TRUE(LogKeepers(&store_, "yangtze-delta/log-2").Note(hub_).ok());

  EXPECT_THAT(*keepers_.All(), IsEmpty());
}

TEST_F(LogKeepersTest, M1_L3_R18_ARowThatNamesNobodyOrAStoreThatFailsIsNotAnEmptyList) {
  FaultyStore faulty(&store_);
  faulty.Crash();
  EXPECT_EQ(ReasonOf(LogKeepers(&faulty, kOrigin).All().status()), Reason::kStoreUnavailable);

  WriteSet writes;
  writes.Put(Keyspace::kNodeState,
             OrderedKey().Text("log-keeper").Text(kOrigin).Raw("Not A Member").Take(), "");
  ASSERT_TRUE(store_.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(keepers_.All().status()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
