#include "gateway/audit/decision_log.h"

#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "yangtze-delta/log-1";
const absl::Time kNow = absl::FromUnixSeconds(1795000000);

class DecisionLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<DecisionLog> Open(OrderedStore* store) {
    auto log = DecisionLog::Open(store, signer_.get(), kOrigin);
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  static DecisionLog::Submission Submit(const std::string& name) {
    DecisionLog::Submission submission;
    submission.record = absl::StrCat("record ", name);
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

  // Every record is in the tree that the newest checkpoint signs.
  void ExpectSound(const DecisionLog& log) {
    if (log.size() == 0) return;
    const auto checkpoint =
        ParseSignedCheckpoint(log.LatestCheckpoint(), kOrigin, signer_->public_key());
    ASSERT_TRUE(checkpoint.ok());
    ASSERT_EQ(checkpoint->size, log.size());
    for (uint64_t index = 0; index < log.size(); ++index) {
      const std::string leaf = ToString(LeafHash(*log.ReadRecord(index)));
      ASSERT_TRUE(VerifyInclusion(leaf, index, log.size(), *log.InclusionProof(index, log.size()),
                                  checkpoint->root)
                      .ok());
    }
  }

  MemoryStore store_;
  std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
};

TEST_F(DecisionLogTest, GroupGetsOneCheckpointAndEachRecordItsProof) {
  auto log = Open(&store_);

  const auto answers = log->AppendGroup(Group({"a", "b", "c"}), kNow);

  ASSERT_EQ(answers.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(answers[i].result, DecisionLog::Appended::kAppended);
    EXPECT_EQ(answers[i].placement.index, i);
    EXPECT_EQ(answers[i].placement.checkpoint, answers[0].placement.checkpoint);
    const auto checkpoint =
        *ParseSignedCheckpoint(answers[i].placement.checkpoint, kOrigin, signer_->public_key());
    EXPECT_TRUE(VerifyInclusion(ToString(LeafHash(*log->ReadRecord(i))), i, 3,
                                answers[i].placement.inclusion_proof, checkpoint.root)
                    .ok());
  }
}

TEST_F(DecisionLogTest, RequestLoggedBeforeIsADuplicateAndTheOthersLand) {
  auto log = Open(&store_);
  log->AppendGroup(Group({"a"}), kNow);

  const auto answers = log->AppendGroup(Group({"b", "a", "c", "b"}), kNow);

  EXPECT_EQ(answers[0].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(answers[1].result, DecisionLog::Appended::kDuplicate);
  EXPECT_EQ(answers[2].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(answers[3].result, DecisionLog::Appended::kDuplicate);
  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
}

TEST_F(DecisionLogTest, ReopenedLogGoesOnWhereItWas) {
  Open(&store_)->AppendGroup(Group({"a", "b"}), kNow);
  auto log = Open(&store_);
  ASSERT_EQ(log->size(), 2u);

  log->AppendGroup(Group({"c"}), kNow);

  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
  EXPECT_EQ(*log->ReadRecord(0), "record a");
}

TEST_F(DecisionLogTest, ManyGroupsCrossTileBordersAndStayConsistent) {
  auto log = Open(&store_);
  int name = 0;
  std::string old_note;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> names;
    for (int i = 0; i < 47; ++i) names.push_back(absl::StrCat(name++));
    log->AppendGroup(Group(names), kNow);
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
  log->AppendGroup(Group({"a"}), kNow);

  faulty.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);
  EXPECT_EQ(log->AppendGroup(Group({"b"}), kNow)[0].result, DecisionLog::Appended::kAppended);
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  const auto lost = log->AppendGroup(Group({"c"}), kNow);
  EXPECT_EQ(lost[0].result, DecisionLog::Appended::kFailed);
  EXPECT_EQ(ReasonOf(lost[0].status), Reason::kStoreUnavailable);

  EXPECT_EQ(log->AppendGroup(Group({"c"}), kNow)[0].result, DecisionLog::Appended::kAppended);
  EXPECT_EQ(log->size(), 3u);
  ExpectSound(*log);
}

TEST_F(DecisionLogTest, N01_CrashAtEveryCommitLosesAndDoublesNothingAcknowledged) {
  for (FaultyStore::Fault fault :
       {FaultyStore::Fault::kCrashBefore, FaultyStore::Fault::kCrashAfter}) {
    for (int nth = 1; nth <= 4; ++nth) {
      MemoryStore store;
      FaultyStore faulty(&store);
      std::vector<std::string> acknowledged;
      auto log = Open(&faulty);
      faulty.FailCommit(nth, fault);
      for (const char* name : {"a", "b", "c", "d"}) {
        if (log->AppendGroup(Group({name}), kNow)[0].result == DecisionLog::Appended::kAppended) {
          acknowledged.push_back(name);
        }
      }
      ASSERT_TRUE(faulty.fault_fired());

      faulty.Restart();
      log = Open(&faulty);
      for (const char* name : {"a", "b", "c", "d"}) log->AppendGroup(Group({name}), kNow);

      ASSERT_EQ(log->size(), 4u) << "crash at commit " << nth;
      ExpectSound(*log);
      for (size_t i = 0; i < acknowledged.size(); ++i) {
        EXPECT_EQ(*log->ReadRecord(i), absl::StrCat("record ", acknowledged[i]));
      }
    }
  }
}

TEST_F(DecisionLogTest, SecondWriterOfTheSameLogIsStopped) {
  auto first = Open(&store_);
  auto second = Open(&store_);
  first->AppendGroup(Group({"a"}), kNow);

  const auto refused = second->AppendGroup(Group({"b"}), kNow);

  EXPECT_EQ(refused[0].result, DecisionLog::Appended::kFailed);
  EXPECT_EQ(ReasonOf(refused[0].status), Reason::kStoreConflict);
  ExpectSound(*Open(&store_));
}

TEST_F(DecisionLogTest, ChangedTileIsFoundOnOpening) {
  Open(&store_)->AppendGroup(Group({"a", "b"}), kNow);
  WriteSet damage;
  damage.Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0), std::string(64, 'x'));
  ASSERT_TRUE(store_.Commit(damage).committed());

  EXPECT_EQ(ReasonOf(DecisionLog::Open(&store_, signer_.get(), kOrigin).status()),
            Reason::kStoreCorrupt);
}

TEST_F(DecisionLogTest, ReadsOutsideTheLogAndEmptyRecordsAreRefused) {
  auto log = Open(&store_);
  log->AppendGroup(Group({"a"}), kNow);

  EXPECT_EQ(ReasonOf(log->ReadRecord(1).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(log->InclusionProof(0, 2).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(log->ConsistencyProof(0, 1).status()), Reason::kRecordNotFound);
  DecisionLog::Submission empty;
  EXPECT_EQ(ReasonOf(log->AppendGroup({&empty, 1}, kNow)[0].status), Reason::kInvariantBroken);
  EXPECT_EQ(log->size(), 1u);
}

}  // namespace
}  // namespace mrg
