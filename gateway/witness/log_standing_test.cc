#include "gateway/witness/log_standing.h"

#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/checkpoint.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/storage/write_set.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

// What a peer says that it keeps.
constexpr bool kSome = true;
constexpr bool kNone = false;

class LogStandingTest : public ::testing::Test {
 protected:
  LogStandingTest() : log_(OpenLog(&log_store_)), standing_(StandingOf(log_.get())) {}

  std::unique_ptr<DecisionLog> OpenLog(OrderedStore* store) {
    return OpenLogOfTests(store, signer_.get());
  }
  LogStanding StandingOf(const DecisionLog* log) {
    return LogStanding(log, *MemberId::Parse("yangtze-delta"), &signer_->public_key(), &keys_,
                       &log_store_);
  }

  absl::Status Continues(const std::string& note) { return standing_.PeerKeeps(note); }
  // A checkpoint of `count` records that this log never had, or has no longer.
  std::string LostRecords(int count) {
    MemoryStore store;
    return AppendRecords(OpenLog(&store).get(), count, "lost");
  }

  const MemberId hub_ = *MemberId::Parse("hub");
  const MemberId chuanyu_ = *MemberId::Parse("sichuan-chongqing");
  const std::unique_ptr<Signer> signer_ = NewLogSigner();
  ListedLogKeys keys_;
  MemoryStore log_store_;
  std::unique_ptr<DecisionLog> log_;
  LogStanding standing_;
};

using Threat = LogStandingTest;

TEST_F(LogStandingTest, WaitsUntilEachPeerWasAskedAndOneAnswered) {
  standing_.RequireWitness({hub_, chuanyu_});
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed);
  ASSERT_TRUE(standing_.PeerAnswered(hub_, kNone).ok());
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed) << "the other may know more";
  standing_.PeerFailed(chuanyu_);
  EXPECT_TRUE(standing_.Check().ok());

  standing_.RequireWitness({hub_, chuanyu_});
  standing_.PeerFailed(hub_);
  standing_.PeerFailed(chuanyu_);
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed) << "nobody has answered";
  ASSERT_TRUE(standing_.PeerAnswered(hub_, kSome).ok());
  EXPECT_TRUE(standing_.Check().ok());

  standing_.RequireWitness({hub_});
  standing_.PeerFailed(hub_);
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed) << "not since it was asked again";
}

TEST_F(LogStandingTest, AnOperatorMayGoOnWithoutAnAnswer) {
  standing_.RequireWitness({hub_});
  EXPECT_EQ(*standing_.Accept(), 0u);
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(LogStandingTest, AnOperatorMayGoOnInSpiteOfWhatWasFoundAlsoOverARestart) {
  AppendRecords(log_.get(), 1);
  const std::string lost = LostRecords(5);
  ASSERT_EQ(ReasonOf(Continues(lost)), Reason::kLogContradicted);

  // As after a restart with the flag.
  LogStanding accepted = StandingOf(log_.get());
  EXPECT_EQ(*accepted.Accept(), 1u);

  EXPECT_TRUE(accepted.PeerKeeps(lost).ok());
  EXPECT_TRUE(accepted.Check().ok());
  LogStanding later = StandingOf(log_.get());
  EXPECT_TRUE(later.PeerKeeps(lost).ok());
  EXPECT_TRUE(later.Check().ok());
}

TEST_F(Threat, L3_R18_WhatIsFoundAfterAnOperatorAcceptedIsNotHidden) {
  AppendRecords(log_.get(), 1);
  const std::string lost = LostRecords(5);
  standing_.RequireWitness({hub_});
  ASSERT_TRUE(standing_.Accept().ok());

  EXPECT_EQ(ReasonOf(Continues(lost)), Reason::kLogContradicted);

  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogContradicted);
}

TEST_F(Threat, L3_R18_AnAcceptedLossIsNoLeaveForALargerOneOrForARewrittenRecord) {
  AppendRecords(log_.get(), 2);
  const std::string four = LostRecords(4);
  const std::string three = LostRecords(3);
  ASSERT_FALSE(Continues(four).ok());
  ASSERT_TRUE(standing_.Accept().ok());

  EXPECT_TRUE(Continues(three).ok()) << "it is among what was lost";
  EXPECT_EQ(ReasonOf(Continues(LostRecords(5))), Reason::kLogContradicted);
  LogStanding again = StandingOf(log_.get());
  EXPECT_EQ(ReasonOf(again.PeerKeeps(LostRecords(2))), Reason::kLogContradicted);
}

TEST_F(Threat, M1_L3_R18_WhatContradictedTheLogAndNobodyAcceptedDoesSoAtTheNextStart) {
  AppendRecords(log_.get(), 1);
  ASSERT_FALSE(Continues(LostRecords(5)).ok());

  LogStanding next = StandingOf(log_.get());
  EXPECT_EQ(ReasonOf(next.TakeUp()), Reason::kLogContradicted);
  next.RequireWitness({hub_});
  ASSERT_TRUE(next.PeerAnswered(hub_, kNone).ok());

  EXPECT_EQ(ReasonOf(next.Check()), Reason::kLogContradicted);
  ASSERT_TRUE(next.Accept().ok());
  EXPECT_TRUE(next.Check().ok());
  LogStanding accepted = StandingOf(log_.get());
  EXPECT_TRUE(accepted.TakeUp().ok());
  EXPECT_TRUE(accepted.Check().ok());
}

TEST_F(LogStandingTest, RecordsThatAreBackAreJudgedAnew) {
  MemoryStore other_store;
  const auto whole = OpenLog(&other_store);
  AppendRecords(log_.get(), 1);
  ASSERT_FALSE(Continues(AppendRecords(whole.get(), 3)).ok());
  AppendRecords(log_.get(), 2);

  LogStanding next = StandingOf(log_.get());

  EXPECT_TRUE(next.TakeUp().ok());
  EXPECT_TRUE(next.Check().ok());
}

TEST_F(Threat, M1_L3_R18_WhoKeepsNothingDoesNotSpeakForAPeerThatKeptTheLogBefore) {
  AppendRecords(log_.get(), 1);
  ASSERT_TRUE(standing_.PeerAnswered(chuanyu_, kSome).ok());
  LogStanding next = StandingOf(log_.get());
  ASSERT_TRUE(next.TakeUp().ok());
  next.RequireWitness({hub_, chuanyu_});
  next.PeerFailed(chuanyu_);

  ASSERT_TRUE(next.PeerAnswered(hub_, kNone).ok());
  EXPECT_EQ(ReasonOf(next.Check()), Reason::kLogUnwitnessed);
  EXPECT_THAT(std::string(next.Check().message()), HasSubstr("sichuan-chongqing"));

  ASSERT_TRUE(next.PeerAnswered(chuanyu_, kSome).ok());
  EXPECT_TRUE(next.Check().ok());
}

TEST_F(LogStandingTest, WhoKeepsSomethingHasAnsweredWhoeverElseIsAway) {
  ASSERT_TRUE(standing_.PeerAnswered(chuanyu_, kSome).ok());
  LogStanding next = StandingOf(log_.get());
  ASSERT_TRUE(next.TakeUp().ok());
  next.RequireWitness({hub_, chuanyu_});
  next.PeerFailed(chuanyu_);
  ASSERT_TRUE(next.PeerAnswered(hub_, kSome).ok());
  EXPECT_TRUE(next.Check().ok());
}

TEST_F(LogStandingTest,
       AnOnlyPeerThatLostWhatItKeptHasAnsweredAndOneThatIsPeerNoMoreIsNotWaitedFor) {
  ASSERT_TRUE(standing_.PeerAnswered(hub_, kSome).ok());
  ASSERT_TRUE(standing_.PeerAnswered(chuanyu_, kSome).ok());
  LogStanding next = StandingOf(log_.get());
  ASSERT_TRUE(next.TakeUp().ok());
  next.RequireWitness({hub_});

  ASSERT_TRUE(next.PeerAnswered(hub_, kNone).ok());

  EXPECT_TRUE(next.Check().ok());
}

TEST_F(Threat, M1_L3_R18_AnAnswerThatCannotBeNotedCountsAndIsNotedTheNextTime) {
  FaultyStore faulty(&log_store_);
  LogStanding standing(log_.get(), *MemberId::Parse("yangtze-delta"), &signer_->public_key(),
                       &keys_, &faulty);
  standing.RequireWitness({hub_});
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(standing.PeerAnswered(hub_, kSome)), Reason::kStoreUnavailable);

  EXPECT_TRUE(standing.Check().ok());
  ASSERT_TRUE(standing.PeerAnswered(hub_, kSome).ok());
  LogStanding next = StandingOf(log_.get());
  ASSERT_TRUE(next.TakeUp().ok());
  next.RequireWitness({hub_, chuanyu_});
  next.PeerFailed(hub_);
  ASSERT_TRUE(next.PeerAnswered(chuanyu_, kNone).ok());
  EXPECT_EQ(ReasonOf(next.Check()), Reason::kLogUnwitnessed);
}

TEST_F(Threat, M1_R18_AnEmptyLogIsJudgedByTheMarkAsWell) {
  const std::string mark = LostRecords(3);

  EXPECT_EQ(ReasonOf(standing_.MarkKeeps(mark)), Reason::kLogContradicted);

  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogContradicted);
}

TEST_F(LogStandingTest, AMarkThatIsNoneOfThisLogIsRefused) {
  EXPECT_EQ(ReasonOf(standing_.MarkKeeps("garbage")), Reason::kStoreCorrupt);
  const std::string other = *SignCheckpoint({"yangtze-delta/log-2", 1, Sha256("")}, *signer_);
  EXPECT_EQ(ReasonOf(standing_.MarkKeeps(other)), Reason::kStoreCorrupt);
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(Threat, M5_R18_FaultyRecordsKeepTheLogFromGoingOnUntilAnOperatorAccepts) {
  const absl::Status fault = MakeError(Reason::kStoreCorrupt, "Leaf 1 is missing.");
  standing_.RecordsAreFaulty(fault);
  standing_.RequireWitness({hub_});
  ASSERT_TRUE(standing_.PeerAnswered(hub_, kNone).ok());
  EXPECT_EQ(standing_.Check(), fault);
  ASSERT_TRUE(standing_.Accept().ok());
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(Threat, R18_ARecordThatAReaderFindsChangedKeepsTheLogFromGoingOn) {
  AppendRecords(log_.get(), 2);
  ASSERT_TRUE(log_->ReadLeaf(0).ok());
  ASSERT_EQ(ReasonOf(log_->ReadLeaf(2).status()), Reason::kRecordNotFound);
  ASSERT_TRUE(standing_.Check().ok());
  WriteSet writes;
  writes.Put(Keyspace::kLogLeaf, LogLeafKey(log_->origin(), 0), "another record");
  ASSERT_TRUE(log_store_.Commit(writes).committed());

  EXPECT_EQ(ReasonOf(log_->ReadLeaf(0).status()), Reason::kStoreCorrupt);
  ASSERT_TRUE(log_->ReadLeaf(1).ok());

  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(standing_.KeepReadFault()), Reason::kStoreCorrupt);
  EXPECT_TRUE(standing_.KeepReadFault().ok()) << "told once";
  const auto next_log = OpenLog(&log_store_);
  LogStanding next = StandingOf(next_log.get());
  ASSERT_TRUE(next.TakeUp().ok());
  EXPECT_EQ(ReasonOf(next.Check()), Reason::kStoreCorrupt) << "nothing was read again";
  ASSERT_TRUE(next.Accept().ok());
  EXPECT_TRUE(next.Check().ok());
  EXPECT_EQ(ReasonOf(next_log->ReadLeaf(0).status()), Reason::kStoreCorrupt);
  EXPECT_TRUE(next.Check().ok()) << "that very one was accepted";
  LogStanding last = StandingOf(next_log.get());
  ASSERT_TRUE(last.TakeUp().ok());
  EXPECT_EQ(ReasonOf(last.Check()), Reason::kStoreCorrupt) << "it was read again";
}

TEST_F(Threat, M5_R18_TakingUpWhatEarlierStartsFoundKeepsWhatThisOneFound) {
  const absl::Status fault = MakeError(Reason::kStoreCorrupt, "Leaf 1 is missing.");
  standing_.RecordsAreFaulty(fault);

  ASSERT_TRUE(standing_.TakeUp().ok());

  EXPECT_EQ(standing_.Check(), fault);
}

TEST_F(Threat, R18_ANodeThatWentOnWithoutAWitnessStillStopsForAChangedRecord) {
  AppendRecords(log_.get(), 2);
  standing_.RequireWitness({hub_});
  ASSERT_TRUE(standing_.Accept().ok());
  ASSERT_TRUE(standing_.Check().ok());
  WriteSet writes;
  writes.Put(Keyspace::kLogLeaf, LogLeafKey(log_->origin(), 0), "another record");
  ASSERT_TRUE(log_store_.Commit(writes).committed());

  ASSERT_FALSE(log_->ReadLeaf(0).ok());

  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kStoreCorrupt);
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
  standing_.RequireWitness({hub_});
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
