#include "gateway/witness/log_standing.h"

#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/checkpoint.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class LogStandingTest : public ::testing::Test {
 protected:
  LogStandingTest() : log_(OpenLog(&log_store_)), standing_(StandingOf(log_.get())) {}

  std::unique_ptr<DecisionLog> OpenLog(OrderedStore* store) {
    return OpenLogOfTests(store, signer_.get());
  }
  LogStanding StandingOf(const DecisionLog* log) {
    return LogStanding(log, *MemberId::Parse("yangtze-delta"), &signer_->public_key(), &keys_);
  }

  absl::Status Continues(const std::string& note) { return standing_.PeerKeeps(note); }

  const std::unique_ptr<Signer> signer_ = NewLogSigner();
  ListedLogKeys keys_;
  MemoryStore log_store_;
  std::unique_ptr<DecisionLog> log_;
  LogStanding standing_;
};

using Threat = LogStandingTest;

TEST_F(LogStandingTest, WaitsForAPeersCopyWhereOneIsRequired) {
  const std::string note = AppendRecords(log_.get(), 2);
  EXPECT_TRUE(standing_.Check().ok());
  standing_.RequireWitness();
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed);
  EXPECT_TRUE(Continues(note).ok());
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(LogStandingTest, OperatorMayGoOnInSpiteOfACopy) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  AppendRecords(log_.get(), 1);
  standing_.Accept();
  standing_.RequireWitness();
  EXPECT_TRUE(standing_.Check().ok());
  EXPECT_EQ(ReasonOf(Continues(AppendRecords(other.get(), 5, "lost"))), Reason::kLogContradicted);
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(LogStandingTest, CopySignedByAnEarlierListedKeyCounts) {
  const auto earlier = NewLogSigner();
  const Checkpoint own = *ParseCheckpointBody(AppendRecords(log_.get(), 2));
  const std::string note = *SignCheckpoint(own, *earlier);
  EXPECT_EQ(ReasonOf(Continues(note)), Reason::kReceiptCheckpointInvalid);

  ListLogKey(*earlier, &keys_);

  EXPECT_TRUE(Continues(note).ok());
}

TEST_F(Threat, R18_ALogContinuesEveryCheckpointItEverHad) {
  std::vector<std::string> notes;
  for (int i = 0; i < 20; ++i) notes.push_back(AppendRecords(log_.get(), 1));
  for (const std::string& note : notes) EXPECT_TRUE(Continues(note).ok()) << note;
}

TEST_F(Threat, R18_ALogRestoredFromABackupDoesNotContinueWhatAPeerKept) {
  MemoryStore other_store;
  const auto whole = OpenLog(&other_store);
  AppendRecords(log_.get(), 3);
  standing_.RequireWitness();
  EXPECT_EQ(ReasonOf(Continues(AppendRecords(whole.get(), 5))), Reason::kLogContradicted);
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogContradicted);
  // A peer that kept less does not make it good again.
  EXPECT_TRUE(Continues(log_->LatestCheckpoint()).ok());
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogContradicted);

  MemoryStore empty_store;
  const auto empty = OpenLog(&empty_store);
  LogStanding of_empty = StandingOf(empty.get());
  EXPECT_EQ(ReasonOf(of_empty.PeerKeeps(whole->LatestCheckpoint())), Reason::kLogContradicted);
}

TEST_F(Threat, R18_ALogThatWentOnFromABackupOrWasRewrittenDoesNotContinueEither) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  AppendRecords(log_.get(), 3);
  AppendRecords(other.get(), 3);
  const std::string kept = AppendRecords(other.get(), 2, "lost");
  EXPECT_EQ(ReasonOf(Continues(kept)), Reason::kLogContradicted);
  AppendRecords(log_.get(), 9);
  EXPECT_EQ(ReasonOf(Continues(kept)), Reason::kLogContradicted);
}

TEST_F(LogStandingTest, ANoteOfAnotherKeyIsNoContradiction) {
  const auto stranger = NewLogSigner();
  AppendRecords(log_.get(), 1);
  const std::string forged = *SignCheckpoint({kLogOfTests, 99, Sha256("")}, *stranger);
  EXPECT_EQ(ReasonOf(Continues(forged)), Reason::kReceiptCheckpointInvalid);
  EXPECT_TRUE(standing_.Check().ok());
}

}  // namespace
}  // namespace mrg
