#include "gateway/receipt/log_witness.h"

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "gateway/audit/decision_log.h"
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

class LogWitnessTest : public ::testing::Test {
 protected:
  LogWitnessTest() : log_(OpenLog(&log_store_)) {
    trustlist::v1::LogKeys keys;
    auto* key = keys.add_keys();
    key->set_origin(kOrigin);
    key->set_public_key(signer_->public_key().spki_der());
    key->mutable_from()->set_seconds(1577808000);
    EXPECT_TRUE(keys_.Update(*MemberId::Parse("yangtze-delta"), CanonicalBytes(keys)).ok());
  }

  std::unique_ptr<DecisionLog> OpenLog(OrderedStore* store) {
    return *DecisionLog::Open(store, signer_.get(), kOrigin);
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

  absl::Status Keep(const std::string& checkpoint) { return witness_.Keep({kOrigin, checkpoint}); }

  const std::unique_ptr<Signer> signer_ = NewSigner();
  MemoryStore log_store_;
  std::unique_ptr<DecisionLog> log_;
  LogKeyBook keys_;
  MemoryStore store_;
  LogWitness witness_{&store_, &keys_};
};

using Threat = LogWitnessTest;

TEST_F(LogWitnessTest, TheNewestCheckpointOfEachLogIsKept) {
  const std::string first = Append(log_.get(), 1);
  const std::string third = Append(log_.get(), 2);
  EXPECT_TRUE(Keep(first).ok());
  EXPECT_TRUE(Keep(third).ok());
  EXPECT_TRUE(Keep(first).ok());

  const auto kept = *LogWitness(&store_, &keys_).List();

  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].origin, kOrigin);
  EXPECT_EQ(kept[0].checkpoint, third);
}

TEST_F(LogWitnessTest, WhatNoListedKeySignedIsNotKept) {
  std::string note = Append(log_.get(), 1);
  EXPECT_EQ(ReasonOf(witness_.Keep({"hub/log-1", note})), Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(ReasonOf(witness_.Keep({"", note})), Reason::kReceiptCheckpointInvalid);
  note[note.find('\n') + 1] ^= 1;
  EXPECT_EQ(ReasonOf(Keep(note)), Reason::kReceiptCheckpointInvalid);
  EXPECT_TRUE(witness_.List()->empty());
}

TEST_F(Threat, R18_TwoRootsOfOneSizeContradictEachOther) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  EXPECT_TRUE(Keep(Append(log_.get(), 2)).ok());
  EXPECT_EQ(ReasonOf(Keep(Append(other.get(), 2, "rewritten"))), Reason::kLogContradicted);
}

TEST_F(LogWitnessTest, OfOneTreeTheNewerNoteIsKept) {
  const std::string note = Append(log_.get(), 1);
  ASSERT_TRUE(Keep(note).ok());
  const auto successor = NewSigner();
  trustlist::v1::LogKeys keys;
  auto* key = keys.add_keys();
  key->set_origin(kOrigin);
  key->set_public_key(successor->public_key().spki_der());
  key->mutable_from()->set_seconds(1577808000);
  ASSERT_TRUE(keys_.Update(*MemberId::Parse("yangtze-delta"), CanonicalBytes(keys)).ok());
  const std::string signed_anew = *SignCheckpoint(*ParseCheckpointBody(note), *successor);

  ASSERT_TRUE(Keep(signed_anew).ok());

  EXPECT_EQ((*witness_.List())[0].checkpoint, signed_anew);
}

}  // namespace
}  // namespace mrg
