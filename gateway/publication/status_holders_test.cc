#include "gateway/publication/status_holders.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const LicenceTags kLicence = {
    AsJurisdiction("31"), 2, {{1, std::string(32, 't')}, {2, std::string(32, 'u')}}};
const LicenceKey kUnderFirst = {AsJurisdiction("31"), 1, std::string(32, 't')};
const StatusHolders kHolders = {{gateway::v1::LICENCE_STATUS_KIND_REVOKED, "11310000YY000001XH"},
                                {gateway::v1::LICENCE_STATUS_KIND_SUSPENDED, "11310000YY000001XH"},
                                {gateway::v1::LICENCE_STATUS_KIND_SUSPENDED, "11310000YY000002XX"}};

TEST(StatusHolders, L7_AreFoundUnderTheEpochOfTheEntryUntilNobodyHoldsIt) {
  MemoryStore store;
  WriteSet kept;
  KeepHolders(kUnderFirst, kHolders, std::nullopt, &kept);
  ASSERT_TRUE(store.Commit(kept).committed());

  const auto loaded = LoadHolders(store, kLicence);

  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->at(1).holders, kHolders);
  EXPECT_TRUE(loaded->at(2).holders.empty());
  EXPECT_FALSE(loaded->at(2).version.has_value());
  WriteSet gone;
  KeepHolders(kUnderFirst, {}, loaded->at(1).version, &gone);
  ASSERT_TRUE(store.Commit(gone).committed());
  EXPECT_TRUE(store.Scan(Keyspace::kStatusHolder, "", "", 1)->empty());
}

TEST(StatusHolders, L7_RowThatWasChangedSinceIsNotOverwritten) {
  MemoryStore store;
  WriteSet first;
  KeepHolders(kUnderFirst, kHolders, std::nullopt, &first);
  ASSERT_TRUE(store.Commit(first).committed());

  WriteSet second;
  KeepHolders(kUnderFirst, {}, std::nullopt, &second);

  EXPECT_EQ(ReasonOf(store.Commit(second).status), Reason::kStoreConflict);
  EXPECT_EQ(LoadHolders(store, kLicence)->at(1).holders, kHolders);
}

TEST(StatusHolders, RowOfNoKnownFormIsCorrupt) {
  MemoryStore store;
  WriteSet kept;
  KeepHolders(kUnderFirst, kHolders, std::nullopt, &kept);
  const std::string key = kept.writes().at(0).key;
  for (const std::string& value : {std::string(7, '\0'), std::string(8, '\xff') + "x"}) {
    WriteSet writes;
    writes.Put(Keyspace::kStatusHolder, key, value);
    ASSERT_TRUE(store.Commit(writes).committed());

    EXPECT_EQ(ReasonOf(LoadHolders(store, kLicence).status()), Reason::kStoreCorrupt);
  }
}

}  // namespace
}  // namespace mrg
