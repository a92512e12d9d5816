#include "gateway/licence_tag/epoch_keyring.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/storage/ordered_key.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const std::string kSecret(32, 's');  // of the node
const MemberId kGiver = AsMember("sichuan-chongqing");
const EpochKey kOwn = {1, std::string(32, 'o')};
const EpochKey kForeign = {3, std::string(32, 'f')};
const EpochKey kNext = {4, std::string(32, 'n'), kNow};

void PutRow(MemoryStore* store, const std::string& key, const std::string& value) {
  WriteSet writes;
  writes.Put(Keyspace::kEpochKey, key, value);
  ASSERT_TRUE(store->Commit(writes).committed());
}

TEST(EpochKeyring, ForeignKeysOfEveryEpochSurviveARestartAndOwnOnesComeFromTheirFiles) {
  MemoryStore store;
  {
    EpochKeyring keys(&store, kSecret);
    ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), kOwn).ok());
    ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kNext).ok());
    ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  }

  EpochKeyring restarted(&store, kSecret);
  ASSERT_TRUE(restarted.Load().ok());

  const EpochKeys keys = restarted.KeysOf(AsJurisdiction("50"), kGiver);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys.at(3).key, kForeign.key);
  EXPECT_EQ(keys.at(3).from, absl::InfinitePast());
  EXPECT_EQ(keys.at(4).key, kNext.key);
  EXPECT_EQ(keys.at(4).epoch, 4u);
  EXPECT_EQ(keys.at(4).from, kNow);
  EXPECT_TRUE(restarted.KeysOf(AsJurisdiction("31"), kGiver).empty());
}

TEST(EpochKeyring, AnotherKeyOfAHeldEpochIsRefusedAndTheHeldOneStays) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());

  const absl::Status refused =
      keys.SetForeign(AsJurisdiction("50"), kGiver, {3, std::string(32, 'x')});

  EXPECT_EQ(ReasonOf(refused), Reason::kEpochKeyConflict);
  EXPECT_EQ(keys.KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
  EpochKeyring restarted(&store, kSecret);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
}

TEST(EpochKeyring, OfTwoKeysAtOnceOneAloneIsStored) {
  MemoryStore store;
  EpochKeyring first(&store, kSecret), second(&store, kSecret);
  ASSERT_TRUE(first.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());

  // It has not seen the row, as a call in between would not have.
  EXPECT_TRUE(second.KeysOf(AsJurisdiction("50"), kGiver).empty());
  const absl::Status late =
      second.SetForeign(AsJurisdiction("50"), kGiver, {3, std::string(32, 'x')});

  EXPECT_EQ(ReasonOf(late), Reason::kEpochKeyConflict);
  EpochKeyring restarted(&store, kSecret);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
}

TEST(EpochKeyring, UseOfAHeldKeyCanBePutOff) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kNext).ok());

  ASSERT_TRUE(
      keys.SetForeign(AsJurisdiction("50"), kGiver, {4, kNext.key, kNow + absl::Hours(1)}).ok());

  EXPECT_EQ(keys.KeysOf(AsJurisdiction("50"), kGiver).at(4).from, kNow + absl::Hours(1));
  EpochKeyring restarted(&store, kSecret);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.KeysOf(AsJurisdiction("50"), kGiver).at(4).from, kNow + absl::Hours(1));
}

TEST(EpochKeyring, AJurisdictionHasAtMost64Epochs) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  for (uint32_t epoch = 1; epoch <= 64; ++epoch) {
    ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, {epoch, kForeign.key}).ok()) << epoch;
  }

  EXPECT_EQ(ReasonOf(keys.SetForeign(AsJurisdiction("50"), kGiver, {65, kForeign.key})),
            Reason::kEpochKeyUnavailable);
  EXPECT_TRUE(keys.SetForeign(AsJurisdiction("51"), kGiver, kForeign).ok());
}

TEST(EpochKeyring, WhatCouldNotBeStoredIsNotHeld) {
  MemoryStore memory;
  FaultyStore store(&memory);
  EpochKeyring keys(&store, kSecret);
  store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_FALSE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());

  EXPECT_TRUE(keys.KeysOf(AsJurisdiction("50"), kGiver).empty());
}

TEST(EpochKeyring, OnlyOwnKeysAreGivenToOthers) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), kOwn).ok());
  ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), {2, std::string(32, 'p')}).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());

  EXPECT_EQ(keys.OwnKeysOf(AsJurisdiction("31")).size(), 2u);
  EXPECT_TRUE(keys.OwnKeysOf(AsJurisdiction("50")).empty());
}

TEST(EpochKeyring, M9_WhatIsForgottenOfOthersIsNotInTheStore) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), kOwn).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("51"), kGiver, kNext).ok());

  ASSERT_TRUE(keys.ForgetForeign().ok());

  EXPECT_TRUE(keys.KeysOf(AsJurisdiction("50"), kGiver).empty());
  EXPECT_EQ(keys.OwnKeysOf(AsJurisdiction("31")).size(), 1u);
  const auto rows = store.Scan(Keyspace::kEpochKey, "", "", 10);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->size(), 1u) << "the digest of the own key alone";
  EXPECT_TRUE(keys.ForgetForeign().ok());
}

TEST(EpochKeyring, OwnFileThatWasExchangedForAnotherIsRefused) {
  MemoryStore store;
  ASSERT_TRUE(EpochKeyring(&store, kSecret).SetOwn(AsJurisdiction("31"), kOwn).ok());
  EpochKeyring restarted(&store, kSecret);
  ASSERT_TRUE(restarted.Load().ok());

  const absl::Status refused = restarted.SetOwn(AsJurisdiction("31"), {1, std::string(32, 'x')});

  EXPECT_EQ(ReasonOf(refused), Reason::kEpochKeyConflict);
  EXPECT_TRUE(restarted.OwnKeysOf(AsJurisdiction("31")).empty());
  EXPECT_TRUE(restarted.SetOwn(AsJurisdiction("31"), kOwn).ok());
  EXPECT_TRUE(restarted.SetOwn(AsJurisdiction("31"), {2, std::string(32, 'x')}).ok());
}

TEST(EpochKeyring, OwnKeyIsNotStored) {
  MemoryStore store;
  ASSERT_TRUE(EpochKeyring(&store, kSecret).SetOwn(AsJurisdiction("31"), kOwn).ok());

  const auto rows = store.Scan(Keyspace::kEpochKey, "", "", 10);
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1u);
  for (const Row& row : *rows) {
    EXPECT_EQ(row.key.find(kOwn.key), std::string::npos);
    EXPECT_EQ(row.value.find(kOwn.key), std::string::npos);
  }
}

TEST(EpochKeyring, KeyOfAnotherMemberNeverReplacesAnOwnOneNorAddsAnEpoch) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetOwn(AsJurisdiction("31"), kOwn).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("31"), kGiver, {1, std::string(32, 'f')}).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("31"), kGiver, kForeign).ok());

  ASSERT_EQ(keys.KeysOf(AsJurisdiction("31"), kGiver).size(), 1u);
  EXPECT_EQ(keys.KeysOf(AsJurisdiction("31"), kGiver).at(1).key, kOwn.key);
}

// Who was introduced as the one that answers for 50, or answered before, filled epoch 3 first.
TEST(EpochKeyring, S2_WhatAnotherMemberGaveFillsNoSlotOfTheOneThatAnswers) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  const MemberId other = AsMember("pearl-river");
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), other, {3, std::string(32, 'x')}).ok());
  for (uint32_t epoch = 10; epoch < 73; ++epoch) {
    ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), other, {epoch, std::string(32, 'x')}).ok());
  }
  EXPECT_TRUE(keys.KeysOf(AsJurisdiction("50"), kGiver).empty());
  EXPECT_TRUE(keys.KeysOf(AsJurisdiction("50"), std::nullopt).empty());

  EXPECT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());

  EpochKeyring restarted(&store, kSecret);
  ASSERT_EQ(*restarted.Load(), 0u);
  for (EpochKeyring* const at : {&keys, &restarted}) {
    ASSERT_EQ(at->KeysOf(AsJurisdiction("50"), kGiver).size(), 1u);
    EXPECT_EQ(at->KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
  }
}

TEST(EpochKeyring, S2_ACarriedKeyCountsBeforeWhatAnybodyGives) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, {3, std::string(32, 'x')}).ok());

  ASSERT_TRUE(keys.SetCarried(AsJurisdiction("50"), kForeign).ok());

  EXPECT_EQ(keys.KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
  ASSERT_TRUE(keys.SetCarried(AsJurisdiction("50"), kNext).ok());
  EXPECT_EQ(ReasonOf(keys.SetForeign(AsJurisdiction("50"), kGiver, {4, std::string(32, 'x')})),
            Reason::kEpochKeyConflict);
  EXPECT_EQ(ReasonOf(keys.SetCarried(AsJurisdiction("50"), {4, std::string(32, 'x')})),
            Reason::kEpochKeyConflict);
}

bool Holds(const MemoryStore& store, const std::string& bytes) {
  const auto rows = store.Scan(Keyspace::kEpochKey, "", "", 100);
  EXPECT_TRUE(rows.ok());
  for (const Row& row : *rows) {
    if (row.key.find(bytes) != std::string::npos || row.value.find(bytes) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(EpochKeyring, L1_KeysOfOthersAreNotInTheStoreInClear) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);

  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kNext).ok());
  ASSERT_TRUE(
      keys.SetForeign(AsJurisdiction("50"), kGiver, {4, kNext.key, kNow + absl::Hours(1)}).ok());

  EXPECT_FALSE(Holds(store, kForeign.key.substr(0, 8)));
  EXPECT_FALSE(Holds(store, kNext.key.substr(0, 8)));
}

TEST(EpochKeyring, L1_UnderAnotherSecretKeysAreToldAsUnopenedAndTakenAgainIfTheyAreTheSame) {
  MemoryStore store;
  ASSERT_TRUE(
      EpochKeyring(&store, kSecret).SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  const std::string other(32, 't');
  EpochKeyring keys(&store, other);

  EXPECT_EQ(*keys.Load(), 1u);

  EXPECT_TRUE(keys.KeysOf(AsJurisdiction("50"), kGiver).empty());
  EXPECT_EQ(ReasonOf(keys.SetForeign(AsJurisdiction("50"), kGiver, {3, std::string(32, 'x')})),
            Reason::kEpochKeyConflict);
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  EpochKeyring restarted(&store, other);
  EXPECT_EQ(*restarted.Load(), 0u);
  EXPECT_EQ(restarted.KeysOf(AsJurisdiction("50"), kGiver).at(3).key, kForeign.key);
}

TEST(EpochKeyring, L1_RowsThatWereExchangedDoNotOpen) {
  MemoryStore store;
  EpochKeyring keys(&store, kSecret);
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("50"), kGiver, kForeign).ok());
  ASSERT_TRUE(keys.SetForeign(AsJurisdiction("51"), kGiver, {3, std::string(32, 'g')}).ok());
  const auto rows = store.Scan(Keyspace::kEpochKey, "", "", 10);
  ASSERT_EQ(rows->size(), 2u);
  PutRow(&store, rows->at(0).key, rows->at(1).value);

  EpochKeyring restarted(&store, kSecret);

  EXPECT_EQ(*restarted.Load(), 1u);
  EXPECT_TRUE(restarted.KeysOf(AsJurisdiction("50"), kGiver).empty());
}

TEST(EpochKeyring, RowThatIsNoKeyIsCorrupt) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {OrderedKey().Text("sealed").Text("5x").Text("m").U64(1).Take(), std::string(100, 'v')},
           {OrderedKey().Text("sealed").Text("50").Text("m").U64(0).Take(), std::string(100, 'v')},
           {OrderedKey().Text("sealed").Text("50").Text("m").U64(1).Take(), std::string(39, 'v')},
           {OrderedKey().Text("sealed").Text("50").U64(1).Take(), std::string(100, 'v')}}) {
    MemoryStore store;
    PutRow(&store, key, value);
    EXPECT_EQ(ReasonOf(EpochKeyring(&store, kSecret).Load().status()), Reason::kStoreCorrupt)
        << key;
  }
}

}  // namespace
}  // namespace mrg
