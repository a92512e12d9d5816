#include "gateway/audit/log_recount.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/audit/decision_log.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "yangtze-delta/log-1";

std::string LeafOf(int number) {
  audit::v1::DecisionRecord record;
  record.set_schema(kDecisionLeafSchema);
  record.set_log_origin(kOrigin);
  record.set_decided_at_us(number + 1);
  return DecisionLeaf(record);
}

// A log of 300 leaves.
class LogRecountTest : public ::testing::Test {
 protected:
  LogRecountTest() {
    auto log = *DecisionLog::Open(&store_, signer_.get(), kOrigin);
    for (int i = 0; i < 300; i += 100) {
      std::vector<DecisionLog::Submission> group(100);
      for (int k = 0; k < 100; ++k) {
        leaves_.push_back(LeafOf(i + k));
        group[static_cast<size_t>(k)].leaf = std::make_shared<const std::string>(leaves_.back());
        group[static_cast<size_t>(k)].absent_key = absl::StrCat(i + k);
      }
      EXPECT_EQ(log->AppendGroup(group)[0].result, DecisionLog::Appended::kAppended);
    }
    note_ = log->LatestCheckpoint();
  }

  LogRecount Begun() {
    const std::vector<PublicKey> keys = {other_->public_key(), signer_->public_key()};
    return *LogRecount::Begin(note_, kOrigin, keys);
  }

  LogCheckReport Counted(const std::vector<std::string>& leaves) {
    LogRecount recount = Begun();
    for (const std::string& leaf : leaves) recount.Add(leaf);
    return std::move(recount).Finish();
  }

  MemoryStore store_;
  const std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const std::unique_ptr<Signer> other_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  std::vector<std::string> leaves_;
  std::string note_;
};

TEST_F(LogRecountTest, LeavesThatGiveTheSignedRootAreSound) {
  const LogCheckReport report = Counted(leaves_);

  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.leaf_count, 300u);
  EXPECT_EQ(report.root, ParseCheckpointBody(note_)->root);
  EXPECT_EQ(report.checkpoint, note_);
}

TEST_F(LogRecountTest, LeavesBeyondTheCheckpointAreOfANewerOne) {
  leaves_.push_back(LeafOf(300));
  EXPECT_TRUE(Counted(leaves_).sound());
}

TEST_F(LogRecountTest, LeafThatIsLeftOutChangedOrExchangedIsFound) {
  std::vector<std::string> short_of_one(leaves_.begin(), leaves_.end() - 1);
  EXPECT_THAT(Counted(short_of_one).findings, ElementsAre("Leaf 299 is missing."));
  EXPECT_THAT(Counted({}).findings, ElementsAre("Leaf 0 is missing."));

  std::vector<std::string> exchanged = leaves_;
  std::swap(exchanged[7], exchanged[8]);
  EXPECT_THAT(Counted(exchanged).findings, ElementsAre(HasSubstr("is not the checkpoint's")));

  std::vector<std::string> changed = leaves_;
  changed[255] = "not a leaf";
  EXPECT_THAT(Counted(changed).findings,
              ElementsAre(HasSubstr("Leaf 255: "), HasSubstr("is not the checkpoint's")));
}

TEST_F(LogRecountTest, NoteOfAnotherKeyOrLogIsRefused) {
  const std::vector<PublicKey> others = {other_->public_key()};
  EXPECT_EQ(ReasonOf(LogRecount::Begin(note_, kOrigin, others).status()),
            Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(ReasonOf(LogRecount::Begin(note_, kOrigin, {}).status()),
            Reason::kReceiptCheckpointInvalid);
  const std::vector<PublicKey> keys = {signer_->public_key()};
  EXPECT_EQ(ReasonOf(LogRecount::Begin(note_, "yangtze-delta/log-2", keys).status()),
            Reason::kReceiptCheckpointInvalid);
}

}  // namespace
}  // namespace mrg
