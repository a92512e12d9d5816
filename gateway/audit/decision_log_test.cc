#include "gateway/audit/decision_log.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/log_check.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/failing_signer.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "yangtze-delta/log-1";

class DecisionLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<DecisionLog> Open(OrderedStore* store) {
    auto log = DecisionLog::Open(store, signer_.get(), kOrigin);
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  static DecisionLog::Submission Submit(const std::string& name) {
    DecisionLog::Submission submission;
    submission.leaf = std::make_shared<const std::string>(absl::StrCat("leaf ", name));
    submission.absent_key = name;
    submission.companions = [name](const DecisionLog::Placement& placement, WriteSet* writes) {
      writes->Put(Keyspace::kRequest, name, absl::StrCat(placement.index));
    };
    return submission;
  }

  static std::vector<DecisionLog::Submission> Group(const std::vector<std::string>& names) {
    std::vector<DecisionLog::Submission> group;
    for (const std::string& name : names) group.push_back(Submit(name));
    return group;
  }

  // Every leaf is in the tree that the newest checkpoint signs.
  void ExpectSound(const DecisionLog& log) {
    if (log.size() == 0) return;
    const auto checkpoint =
        ParseSignedCheckpoint(log.LatestCheckpoint(), kOrigin, signer_->public_key());
    ASSERT_TRUE(checkpoint.ok());
    ASSERT_EQ(checkpoint->size, log.size());
    for (uint64_t index = 0; index < log.size(); ++index) {
      const std::string leaf = ToString(LeafHash(*log.ReadLeaf(index)));
      ASSERT_TRUE(VerifyInclusion(leaf, index, log.size(), *log.InclusionProof(index, log.size()),
                                  checkpoint->root)
                      .ok());
    }
  }

  MemoryStore store_;
  std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
};

TEST_F(DecisionLogTest, GroupGetsOneCheckpointAndEachLeafItsProof) {
  auto log = Open(&store_);

  const auto answers = log->AppendGroup(Group({"a", "b", "c"}));

  ASSERT_EQ(answers.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(answers[i].result, DecisionLog::Appended::kAppended);
    EXPECT_EQ(answers[i].placement.index, i);
    EXPECT_EQ(answers[i].placement.checkpoint, answers[0].placement.checkpoint);
    const auto checkpoint =
        *ParseSignedCheckpoint(answers[i].placement.checkpoint, kOrigin, signer_->public_key());
    EXPECT_TRUE(VerifyInclusion(ToString(LeafHash(*log->ReadLeaf(i))), i, 3,
                                answers[i].placement.inclusion_proof, checkpoint.root)
                    .ok());
  }
}

TEST_F(DecisionLogTest, RequestLoggedBeforeIsADuplicateAndTheOthersLand) {
  auto log = Open(&store_);
  log->AppendGroup(Group({"a"}));

  const auto answers = log->AppendGroup(Group({"b", "a", "c", "b"}));

  EXPECT_EQ(answers[0].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(answers[1].result, DecisionLog::Appended::kDuplicate);
  EXPECT_EQ(answers[2].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(answers[3].result, DecisionLog::Appended::kDuplicate);
  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
}

TEST_F(DecisionLogTest, ReopenedLogGoesOnWhereItWas) {
  Open(&store_)->AppendGroup(Group({"a", "b"}));
  auto log = Open(&store_);
  ASSERT_EQ(log->size(), 2u);

  log->AppendGroup(Group({"c"}));

  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
  EXPECT_EQ(*log->ReadLeaf(0), "leaf a");
}

TEST_F(DecisionLogTest, ManyGroupsCrossTileBordersAndStayConsistent) {
  auto log = Open(&store_);
  int name = 0;
  std::string old_note;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> names;
    for (int i = 0; i < 47; ++i) names.push_back(absl::StrCat(name++));
    log->AppendGroup(Group(names));
    if (round == 4) old_note = log->LatestCheckpoint();
  }

  ASSERT_EQ(log->size(), 564u);
  ExpectSound(*log);
  const auto old_checkpoint = *ParseCheckpointBody(old_note);
  const auto new_checkpoint = *ParseCheckpointBody(log->LatestCheckpoint());
  EXPECT_TRUE(VerifyConsistency(old_checkpoint.size, new_checkpoint.size, old_checkpoint.root,
                                new_checkpoint.root,
                                *log->ConsistencyProof(old_checkpoint.size, new_checkpoint.size))
                  .ok());
}

TEST_F(DecisionLogTest, UnknownOutcomeIsSettledByWhatTheStoreHolds) {
  FaultyStore faulty(&store_);
  auto log = Open(&faulty);
  log->AppendGroup(Group({"a"}));

  faulty.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);
  EXPECT_EQ(log->AppendGroup(Group({"b"}))[0].result, DecisionLog::Appended::kAppended);
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  const auto lost = log->AppendGroup(Group({"c"}));
  EXPECT_EQ(lost[0].result, DecisionLog::Appended::kFailed);
  EXPECT_EQ(ReasonOf(lost[0].status), Reason::kStoreUnavailable);

  EXPECT_EQ(log->AppendGroup(Group({"c"}))[0].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
}

// A group is one commit, so "between any two writes" is before and after each commit.
TEST_F(DecisionLogTest, N01_FaultAtEveryCommitLosesAndDoublesNothingAcknowledged) {
  using Fault = FaultyStore::Fault;
  const std::vector<std::vector<std::string>> groups = {
      {"a"}, {"b", "c"}, {"d", "a", "e"}, {"f", "f"}};
  for (Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kErrorAndLost,
                      Fault::kErrorButPersisted, Fault::kSyncFailed}) {
    // The third group loses its duplicate to a precondition first, so there are five commits.
    for (int nth = 1; nth <= 5; ++nth) {
      SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at commit ", nth));
      MemoryStore store;
      FaultyStore faulty(&store);
      auto log = Open(&faulty);
      faulty.FailCommit(nth, fault);
      std::map<std::string, uint64_t> acknowledged;
      for (const auto& names : groups) {
        const auto answers = log->AppendGroup(Group(names));
        for (size_t i = 0; i < names.size(); ++i) {
          if (answers[i].result != DecisionLog::Appended::kAppended) continue;
          acknowledged[names[i]] = answers[i].placement.index;
        }
      }
      ASSERT_TRUE(faulty.fault_fired());

      // The node starts again and its callers try again.
      faulty.Restart();
      log = Open(&faulty);
      for (const auto& names : groups) log->AppendGroup(Group(names));

      ASSERT_EQ(log->size(), 6u);
      ExpectSound(*log);
      EXPECT_THAT(CheckLog(store, kOrigin, {&signer_->public_key(), 1}, {})->findings,
                  ::testing::IsEmpty());
      for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
        // What was written with the record says where it stands, and it stands there once.
        const std::string row = (*store.Get(Keyspace::kRequest, name))->value;
        uint64_t index = 0;
        ASSERT_TRUE(absl::SimpleAtoi(row, &index));
        EXPECT_EQ(*log->ReadLeaf(index), absl::StrCat("leaf ", name));
        if (acknowledged.count(name) != 0) {
          EXPECT_EQ(index, acknowledged[name]);
        }
      }
    }
  }
}

TEST_F(DecisionLogTest, N03_FailedSyncIsNeverTakenForADurableRecord) {
  FaultyStore faulty(&store_);
  auto log = Open(&faulty);
  faulty.FailCommit(1, FaultyStore::Fault::kSyncFailed);

  for (int i = 0; i < 3; ++i) {
    const auto answers = log->AppendGroup(Group({"a"}));
    EXPECT_EQ(answers[0].result, DecisionLog::Appended::kFailed);
    EXPECT_EQ(ReasonOf(answers[0].status), Reason::kStoreUnavailable);
  }
  EXPECT_EQ(log->size(), 0u);
  faulty.Restart();
  EXPECT_EQ(Open(&faulty)->AppendGroup(Group({"a"}))[0].result, DecisionLog::Appended::kAppended);
}

TEST_F(DecisionLogTest, FailingSignerWritesNothing) {
  Open(&store_)->AppendGroup(Group({"a"}));
  const std::string before = store_.Dump();
  const FailingSigner failing(signer_->public_key());
  auto log = *DecisionLog::Open(&store_, &failing, kOrigin);

  const auto answers = log->AppendGroup(Group({"b", "c"}));

  for (const auto& answer : answers) {
    EXPECT_EQ(answer.result, DecisionLog::Appended::kFailed);
    EXPECT_EQ(ReasonOf(answer.status), Reason::kInvariantBroken);
  }
  EXPECT_EQ(store_.Dump(), before);
  EXPECT_EQ(log->size(), 1u);
}

TEST_F(DecisionLogTest, LogKeyOfAnotherLogCannotOpenThisOne) {
  Open(&store_)->AppendGroup(Group({"a"}));
  const auto other = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));

  EXPECT_EQ(ReasonOf(DecisionLog::Open(&store_, other.get(), kOrigin).status()),
            Reason::kStoreCorrupt);
}

TEST_F(DecisionLogTest, LogsOfTwoReplicasShareAStoreWithoutTouchingEachOther) {
  auto first = Open(&store_);
  auto second = *DecisionLog::Open(&store_, signer_.get(), "yangtze-delta/log-10");
  first->AppendGroup(Group({"a"}));
  second->AppendGroup(Group({"b", "c"}));
  first->AppendGroup(Group({"d"}));

  EXPECT_EQ(first->size(), 2u);
  EXPECT_EQ(second->size(), 2u);
  EXPECT_EQ(*first->ReadLeaf(1), "leaf d");
  EXPECT_EQ(*second->ReadLeaf(1), "leaf c");
  ExpectSound(*first);
}

TEST_F(DecisionLogTest, LargestGroupsNeedOneCommitAndOneTooLargeIsRefused) {
  FaultyStore counting(&store_);
  auto log = Open(&counting);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> names;
    for (size_t i = 0; i < kLogGroupMax; ++i) names.push_back(absl::StrCat(round, "/", i));
    if (round == 0) names.pop_back();  // later groups straddle the tiles' borders
    for (const auto& answer : log->AppendGroup(Group(names))) {
      ASSERT_EQ(answer.result, DecisionLog::Appended::kAppended);
      ASSERT_EQ(answer.placement.checkpoint, log->LatestCheckpoint());
    }
  }
  EXPECT_EQ(counting.commit_count(), 3);
  EXPECT_EQ(log->size(), 3 * kLogGroupMax - 1);
  ExpectSound(*log);

  const auto refused =
      log->AppendGroup(std::vector<DecisionLog::Submission>(kLogGroupMax + 1, Submit("z")));
  EXPECT_EQ(ReasonOf(refused[0].status), Reason::kInvariantBroken);
  EXPECT_EQ(log->size(), 3 * kLogGroupMax - 1);
}

TEST_F(DecisionLogTest, SecondWriterOfTheSameLogIsStopped) {
  auto first = Open(&store_);
  auto second = Open(&store_);
  first->AppendGroup(Group({"a"}));

  const auto refused = second->AppendGroup(Group({"b"}));

  EXPECT_EQ(refused[0].result, DecisionLog::Appended::kFailed);
  EXPECT_EQ(ReasonOf(refused[0].status), Reason::kStoreConflict);
  ExpectSound(*Open(&store_));
}

TEST_F(DecisionLogTest, ChangedTileIsFoundOnOpening) {
  Open(&store_)->AppendGroup(Group({"a", "b"}));
  WriteSet damage;
  damage.Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0), std::string(64, 'x'));
  ASSERT_TRUE(store_.Commit(damage).committed());

  EXPECT_EQ(ReasonOf(DecisionLog::Open(&store_, signer_.get(), kOrigin).status()),
            Reason::kStoreCorrupt);
}

// Changes the first hash of the tile and keeps its length.
void Spoil(MemoryStore* store, uint32_t level, uint64_t tile) {
  const std::string key = LogTileKey(kOrigin, level, tile);
  std::string bytes = (*store->Get(Keyspace::kLogTile, key))->value;
  bytes[0] ^= 1;
  WriteSet writes;
  writes.Put(Keyspace::kLogTile, key, bytes);
  ASSERT_TRUE(store->Commit(writes).committed());
}

TEST_F(DecisionLogTest, R18_AChangedTileGivesNoProofAndNoLeaf) {
  for (const uint32_t level : {0u, 1u}) {
    MemoryStore store;
    auto log = Open(&store);
    for (int name = 0; name < 564; name += 47) {
      std::vector<std::string> names;
      for (int i = 0; i < 47; ++i) names.push_back(absl::StrCat(name + i));
      log->AppendGroup(Group(names));
    }
    ASSERT_TRUE(log->InclusionProof(1, 300).ok());
    ASSERT_TRUE(log->ConsistencyProof(100, 300).ok());
    ASSERT_TRUE(log->ReadFault().ok());

    Spoil(&store, level, 0);

    EXPECT_EQ(ReasonOf(log->InclusionProof(level == 0 ? 1 : 300, 564).status()),
              Reason::kStoreCorrupt);
    EXPECT_EQ(ReasonOf(log->ConsistencyProof(100, 564).status()), Reason::kStoreCorrupt);
    EXPECT_EQ(ReasonOf(log->ConsistencyProof(100, 300).status()), Reason::kStoreCorrupt);
    EXPECT_EQ(ReasonOf(log->ReadLeaf(level == 0 ? 1 : 300).status()), Reason::kStoreCorrupt);
    EXPECT_EQ(ReasonOf(log->ReadFault()), Reason::kStoreCorrupt);
  }
}

TEST_F(DecisionLogTest, R18_ALeafThatWasChangedWithItsTileIsNotServed) {
  auto log = Open(&store_);
  log->AppendGroup(Group({"a", "b", "c"}));
  std::string tile = (*store_.Get(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0)))->value;
  tile.replace(0, 32, ToString(LeafHash("another")));
  WriteSet writes;
  writes.Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0), tile);
  writes.Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 0), "another");
  ASSERT_TRUE(store_.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(log->ReadLeaf(0).status()), Reason::kStoreCorrupt);
}

TEST_F(DecisionLogTest, ReadsOutsideTheLogAndEmptyLeavesAreRefused) {
  auto log = Open(&store_);
  log->AppendGroup(Group({"a"}));

  EXPECT_EQ(ReasonOf(log->ReadLeaf(1).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(log->InclusionProof(0, 2).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(log->ConsistencyProof(0, 1).status()), Reason::kRecordNotFound);
  DecisionLog::Submission empty;
  EXPECT_EQ(ReasonOf(log->AppendGroup({&empty, 1})[0].status), Reason::kInvariantBroken);
  EXPECT_EQ(log->size(), 1u);
}

}  // namespace
}  // namespace mrg
