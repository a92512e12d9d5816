#include "gateway/rpc/epoch_keyring.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const EpochKey kOwn = {1, std::string(32, 'o')};
const EpochKey kForeign = {3, std::string(32, 'f')};

TEST(EpochKeyring, ForeignKeysSurviveARestartAndOwnOnesComeFromTheirFiles) {
  MemoryStore store;
  {
    EpochKeyring keys(&store);
    keys.SetOwn("31", kOwn);
    ASSERT_TRUE(keys.SetForeign("50", kForeign).ok());
  }

  EpochKeyring restarted(&store);
  ASSERT_TRUE(restarted.Load().ok());

  ASSERT_TRUE(restarted.Find("50").has_value());
  EXPECT_EQ(restarted.Find("50")->epoch, 3u);
  EXPECT_EQ(restarted.Find("50")->key, kForeign.key);
  EXPECT_FALSE(restarted.Find("31").has_value());
}

TEST(EpochKeyring, OnlyOwnKeysAreGivenToOthers) {
  MemoryStore store;
  EpochKeyring keys(&store);
  keys.SetOwn("31", kOwn);
  ASSERT_TRUE(keys.SetForeign("50", kForeign).ok());

  EXPECT_TRUE(keys.FindOwn("31").has_value());
  EXPECT_FALSE(keys.FindOwn("50").has_value());
}

TEST(EpochKeyring, KeyOfAnotherMemberNeverReplacesAnOwnOne) {
  MemoryStore store;
  EpochKeyring keys(&store);
  keys.SetOwn("31", kOwn);
  ASSERT_TRUE(keys.SetForeign("31", kForeign).ok());

  EXPECT_EQ(keys.Find("31")->key, kOwn.key);
}

TEST(EpochKeyring, RowThatIsNoKeyIsCorrupt) {
  MemoryStore store;
  WriteSet writes;
  writes.Put(Keyspace::kEpochKey, "50", "short");
  ASSERT_TRUE(store.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(EpochKeyring(&store).Load()), Reason::kStoreCorrupt);
}

}  // namespace
}  // namespace mrg
