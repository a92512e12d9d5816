#include "gateway/receipt/log_standing.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr char kOrigin[] = "yangtze-delta/log-1";

std::unique_ptr<Signer> NewSigner() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

class LogStandingTest : public ::testing::Test {
 protected:
  LogStandingTest() : log_(OpenLog(&log_store_)), standing_(StandingOf(log_.get())) {}

  std::unique_ptr<DecisionLog> OpenLog(OrderedStore* store) {
    return *DecisionLog::Open(store, signer_.get(), kOrigin);
  }
  LogStanding StandingOf(const DecisionLog* log) {
    return LogStanding(log, *MemberId::Parse("yangtze-delta"), &signer_->public_key(), &keys_);
  }

  // Appends records. Result: the checkpoint after them.
  static std::string Append(DecisionLog* log, int count, absl::string_view what = "record") {
    for (int i = 0; i < count; ++i) {
      DecisionLog::Submission submission;
      submission.record = absl::StrCat(what, " ", log->size());
      submission.absent_key = submission.record;
      EXPECT_EQ(log->AppendGroup({&submission, 1}, kNow)[0].result,
                DecisionLog::Appended::kAppended);
    }
    return log->LatestCheckpoint();
  }

  absl::Status Continues(const std::string& note) { return standing_.PeerKeeps(note); }

  const std::unique_ptr<Signer> signer_ = NewSigner();
  LogKeyBook keys_;
  MemoryStore log_store_;
  std::unique_ptr<DecisionLog> log_;
  LogStanding standing_;
};

using Threat = LogStandingTest;

TEST_F(LogStandingTest, WaitsForAPeersCopyWhereOneIsRequired) {
  const std::string note = Append(log_.get(), 2);
  EXPECT_TRUE(standing_.Check().ok());
  standing_.RequireWitness();
  EXPECT_EQ(ReasonOf(standing_.Check()), Reason::kLogUnwitnessed);
  EXPECT_TRUE(Continues(note).ok());
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(LogStandingTest, OperatorMayGoOnInSpiteOfACopy) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  Append(log_.get(), 1);
  standing_.Accept();
  standing_.RequireWitness();
  EXPECT_TRUE(standing_.Check().ok());
  EXPECT_EQ(ReasonOf(Continues(Append(other.get(), 5, "lost"))), Reason::kLogContradicted);
  EXPECT_TRUE(standing_.Check().ok());
}

TEST_F(LogStandingTest, CopySignedByAnEarlierListedKeyCounts) {
  const auto earlier = NewSigner();
  const Checkpoint own = *ParseCheckpointBody(Append(log_.get(), 2));
  const std::string note = *SignCheckpoint(own, *earlier);
  EXPECT_EQ(ReasonOf(Continues(note)), Reason::kReceiptCheckpointInvalid);

  trustlist::v1::LogKeys keys;
  auto* key = keys.add_keys();
  key->set_origin(kOrigin);
  key->set_public_key(earlier->public_key().spki_der());
  key->mutable_from()->set_seconds(1577808000);
  ASSERT_TRUE(keys_.Update(*MemberId::Parse("yangtze-delta"), CanonicalBytes(keys)).ok());

  EXPECT_TRUE(Continues(note).ok());
}

TEST_F(Threat, R18_ALogContinuesEveryCheckpointItEverHad) {
  std::vector<std::string> notes;
  for (int i = 0; i < 20; ++i) notes.push_back(Append(log_.get(), 1));
  for (const std::string& note : notes) EXPECT_TRUE(Continues(note).ok()) << note;
}

TEST_F(Threat, R18_ALogRestoredFromABackupDoesNotContinueWhatAPeerKept) {
  MemoryStore other_store;
  const auto whole = OpenLog(&other_store);
  Append(log_.get(), 3);
  standing_.RequireWitness();
  EXPECT_EQ(ReasonOf(Continues(Append(whole.get(), 5))), Reason::kLogContradicted);
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
  Append(log_.get(), 3);
  Append(other.get(), 3);
  const std::string kept = Append(other.get(), 2, "lost");
  EXPECT_EQ(ReasonOf(Continues(kept)), Reason::kLogContradicted);
  Append(log_.get(), 9);
  EXPECT_EQ(ReasonOf(Continues(kept)), Reason::kLogContradicted);
}

TEST_F(LogStandingTest, ANoteOfAnotherKeyIsNoContradiction) {
  const auto stranger = NewSigner();
  Append(log_.get(), 1);
  const std::string forged = *SignCheckpoint({kOrigin, 99, Sha256("")}, *stranger);
  EXPECT_EQ(ReasonOf(Continues(forged)), Reason::kReceiptCheckpointInvalid);
  EXPECT_TRUE(standing_.Check().ok());
}

}  // namespace
}  // namespace mrg
