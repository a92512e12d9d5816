#include "gateway/receipt/receipt_check.h"

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/receipt/testing/receipt_desk.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using gateway::v1::Receipt;

// Receipts of seven records in three groups; the last group holds "d" to "g".
class ReceiptCheckTest : public ::testing::Test {
 protected:
  ReceiptCheckTest() {
    ReceiptDesk desk(&store_);
    EXPECT_TRUE(desk.Issue(OrderOf("a")).ok());
    desk.IssueGroup({OrderOf("b"), OrderOf("c")});
    const auto answers = desk.IssueGroup({OrderOf("d"), OrderOf("e"), OrderOf("f"), OrderOf("g")});
    for (const auto& answer : answers) receipts_.push_back(std::get<Receipt>(*answer));
  }

  // Record 4 of 7: its proof has three hashes.
  const Receipt& good() const { return receipts_[1]; }

  static std::optional<Reason> Refusal(const Receipt& receipt) {
    return ReasonOf(CheckReceipt(CanonicalBytes(receipt), DeskLogKeys()).status());
  }

  std::optional<Reason> RefusalOnceChanged(const std::function<void(Receipt*)>& change) const {
    Receipt receipt = good();
    change(&receipt);
    return Refusal(receipt);
  }

  MemoryStore store_;
  std::vector<Receipt> receipts_;
};

// Expects every receipt that differs in one bit from `receipt` to be refused.
void ExpectEveryBitCovered(const std::string& receipt) {
  const std::vector<LogKey> keys = DeskLogKeys();
  ASSERT_TRUE(CheckReceipt(receipt, keys).ok());
  for (size_t bit = 0; bit < receipt.size() * 8; ++bit) {
    std::string altered = receipt;
    altered[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    ASSERT_FALSE(CheckReceipt(altered, keys).ok()) << "bit " << bit;
  }
}

class Threat : public ReceiptCheckTest {};

TEST_F(Threat, R17_EveryBitOfAReceiptIsCovered) {
  ASSERT_EQ(good().inclusion_proof_size(), 3);

  ExpectEveryBitCovered(CanonicalBytes(good()));
}

TEST_F(Threat, R17_EveryByteLeftOutDoubledOrAddedIsRefused) {
  const std::string receipt = CanonicalBytes(good());
  const std::vector<LogKey> keys = DeskLogKeys();
  for (size_t i = 0; i < receipt.size(); ++i) {
    std::string shorter = receipt;
    shorter.erase(i, 1);
    EXPECT_FALSE(CheckReceipt(shorter, keys).ok()) << i;
    std::string longer = receipt;
    longer.insert(i, 1, receipt[i]);
    EXPECT_FALSE(CheckReceipt(longer, keys).ok()) << i;
    EXPECT_FALSE(CheckReceipt(receipt.substr(0, i), keys).ok()) << i;
  }
  EXPECT_FALSE(CheckReceipt(receipt + std::string(1, '\0'), keys).ok());
}

TEST_F(Threat, R17_PartsOfTwoReceiptsDoNotMakeAThird) {
  for (const Receipt& other : receipts_) {
    if (CanonicalBytes(other) == CanonicalBytes(good())) continue;
    EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) {
                receipt->set_leaf(other.leaf());
                receipt->set_salt(other.salt());
              }),
              Reason::kReceiptProofInvalid);
    EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) { receipt->set_index(other.index()); }),
              Reason::kReceiptProofInvalid);
    EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) { receipt->set_salt(other.salt()); }),
              Reason::kReceiptSaltMismatch);
  }
}

TEST_F(ReceiptCheckTest, GoodReceiptsProveTheirRecords) {
  for (size_t i = 0; i < receipts_.size(); ++i) {
    const auto record = CheckReceipt(CanonicalBytes(receipts_[i]), DeskLogKeys());

    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(DecisionLeaf(*record), receipts_[i].leaf());
  }
}

TEST_F(ReceiptCheckTest, ReceiptOfASingleRecordHasAnEmptyProof) {
  MemoryStore store;
  const auto answer = ReceiptDesk(&store).Issue(OrderOf("a"));

  ASSERT_EQ(std::get<Receipt>(*answer).inclusion_proof_size(), 0);
  EXPECT_TRUE(CheckReceipt(ReceiptBytes(answer), DeskLogKeys()).ok());
}

TEST_F(ReceiptCheckTest, BytesThatAreNotOneCanonicalReceiptAreMalformed) {
  const std::string receipt = CanonicalBytes(good());
  for (const std::string& bytes : {std::string("x"), receipt + std::string("\x78\x01", 2),
                                   receipt + receipt, receipt.substr(0, receipt.size() - 1)}) {
    EXPECT_EQ(ReasonOf(CheckReceipt(bytes, DeskLogKeys()).status()), Reason::kReceiptMalformed);
  }
  EXPECT_EQ(RefusalOnceChanged([](Receipt* receipt) { receipt->set_leaf("x"); }),
            Reason::kReceiptMalformed);
  // A field that the leaf's form does not know.
  EXPECT_EQ(RefusalOnceChanged(
                [](Receipt* receipt) { receipt->mutable_leaf()->append("\xf8\x07\x01", 3); }),
            Reason::kReceiptMalformed);
}

// What another version or another kind of leaf means is not guessed.
TEST_F(ReceiptCheckTest, LeafOfAnotherKindOrSchemaIsMalformed) {
  const auto changed = [this](const std::function<void(audit::v1::LogLeaf*)>& change) {
    return RefusalOnceChanged([&change](Receipt* receipt) {
      audit::v1::LogLeaf leaf;
      ASSERT_TRUE(leaf.ParseFromString(receipt->leaf()));
      change(&leaf);
      receipt->set_leaf(CanonicalBytes(leaf));
    });
  };
  for (const int kind : {0, 2, 99, -1}) {
    EXPECT_EQ(changed([&](audit::v1::LogLeaf* leaf) {
                leaf->set_kind(static_cast<audit::v1::LeafKind>(kind));
              }),
              Reason::kReceiptMalformed)
        << kind;
  }
  EXPECT_EQ(changed([](audit::v1::LogLeaf* leaf) { leaf->set_schema(2); }),
            Reason::kReceiptMalformed);
  EXPECT_EQ(
      changed([](audit::v1::LogLeaf* leaf) { leaf->mutable_body()->append("\xf8\x07\x01", 3); }),
      Reason::kReceiptMalformed);
}

TEST_F(ReceiptCheckTest, EmptyReceiptIsRefused) {
  EXPECT_EQ(ReasonOf(CheckReceipt("", DeskLogKeys()).status()), Reason::kReceiptMalformed);
}

TEST_F(ReceiptCheckTest, SaltMustBeThe32BytesBehindTheDigest) {
  EXPECT_EQ(RefusalOnceChanged([](Receipt* receipt) { receipt->clear_salt(); }),
            Reason::kReceiptSaltMismatch);
  EXPECT_EQ(RefusalOnceChanged([](Receipt* receipt) { receipt->set_salt(SaltOf("other")); }),
            Reason::kReceiptSaltMismatch);

  // A salt of another length is refused even when the record commits to it.
  for (const size_t size : {0u, 31u, 33u}) {
    MemoryStore store;
    ReceiptOrder order = OrderOf("a");
    order.salt = std::string(size, 's');
    EditRecord([&order](auto* record) { record->set_salt_digest(Sha256(order.salt)); }, &order);
    const auto answer = ReceiptDesk(&store).Issue(order);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(ReasonOf(CheckReceipt(ReceiptBytes(answer), DeskLogKeys()).status()),
              Reason::kReceiptSaltMismatch);
  }
}

TEST_F(ReceiptCheckTest, ProofMustLeadFromTheRecordToTheRoot) {
  const auto refusal = [&](const std::function<void(Receipt*)>& change) {
    EXPECT_EQ(RefusalOnceChanged(change), Reason::kReceiptProofInvalid);
  };
  refusal([](Receipt* receipt) { receipt->mutable_inclusion_proof()->RemoveLast(); });
  refusal([](Receipt* receipt) { receipt->clear_inclusion_proof(); });
  refusal([](Receipt* receipt) { receipt->add_inclusion_proof(Sha256("more")); });
  refusal([](Receipt* receipt) { receipt->mutable_inclusion_proof()->SwapElements(0, 1); });
  refusal([](Receipt* receipt) { receipt->mutable_inclusion_proof(0)->pop_back(); });
  refusal([](Receipt* receipt) { receipt->set_index(3); });
  refusal([](Receipt* receipt) { receipt->set_index(7); });
  refusal([](Receipt* receipt) { receipt->set_index(~uint64_t{0}); });
}

TEST_F(ReceiptCheckTest, CheckpointMustBeOfTheTreeOfTheReceipt) {
  EXPECT_EQ(RefusalOnceChanged([](Receipt* receipt) { receipt->set_tree_size(8); }),
            Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(RefusalOnceChanged([](Receipt* receipt) { receipt->clear_tree_size(); }),
            Reason::kReceiptCheckpointInvalid);
}

TEST_F(ReceiptCheckTest, CheckpointMustBeOneNoteWithOneGoodSignature) {
  const auto refusal = [&](const std::function<void(Receipt*)>& change) {
    EXPECT_EQ(RefusalOnceChanged(change), Reason::kReceiptCheckpointInvalid);
  };
  refusal([](Receipt* receipt) { receipt->clear_checkpoint(); });
  refusal([](Receipt* receipt) { receipt->mutable_checkpoint()->append("\n"); });
  refusal([](Receipt* receipt) {
    // The same signature line once more.
    const std::string note = receipt->checkpoint();
    receipt->mutable_checkpoint()->append(note.substr(note.find("\n\n") + 2));
  });
  refusal([](Receipt* receipt) {
    receipt->mutable_checkpoint()->append("\xE2\x80\x94 witness.example AAAAAAAA\n");
  });
  refusal([](Receipt* receipt) {
    // An extension line in the body.
    std::string* note = receipt->mutable_checkpoint();
    note->insert(note->find("\n\n") + 1, "extension\n");
  });
}

TEST_F(ReceiptCheckTest, CheckpointMustBeSignedByTheLogsKey) {
  const auto stranger = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const auto checkpoint = ParseCheckpointBody(good().checkpoint());
  ASSERT_TRUE(checkpoint.ok());

  EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) {
              receipt->set_checkpoint(*SignCheckpoint(*checkpoint, *stranger));
            }),
            Reason::kReceiptCheckpointInvalid);
  // The right key for another log.
  Checkpoint other = *checkpoint;
  other.origin = "yangtze-delta/log-2";
  EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) {
              receipt->set_checkpoint(*SignCheckpoint(other, DeskLogKey()));
            }),
            Reason::kReceiptCheckpointInvalid);
}

TEST_F(ReceiptCheckTest, RootOfAnotherTreeIsNotTheReceipts) {
  Checkpoint other = *ParseCheckpointBody(good().checkpoint());
  other.root = Sha256("another tree");

  EXPECT_EQ(RefusalOnceChanged([&](Receipt* receipt) {
              receipt->set_checkpoint(*SignCheckpoint(other, DeskLogKey()));
            }),
            Reason::kReceiptProofInvalid);
}

TEST_F(ReceiptCheckTest, KeyMustBeListedForTheLogAtTheTimeOfTheDecision) {
  const PublicKey& key = DeskLogKey().public_key();
  const absl::Duration instant = absl::Microseconds(1);
  const absl::Time far = absl::InfiniteFuture();
  const auto refusal = [&](const std::vector<LogKey>& keys) {
    return ReasonOf(CheckReceipt(CanonicalBytes(good()), keys).status());
  };

  EXPECT_EQ(refusal({}), Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(refusal({{"yangtze-delta/log-2", key, DeskNow(), far}}),
            Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(refusal({{kDeskOrigin, key, DeskNow() + instant, far}}),
            Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(refusal({{kDeskOrigin, key, DeskNow(), far}}), std::nullopt);
  EXPECT_EQ(refusal({{kDeskOrigin, key, absl::InfinitePast(), DeskNow()}}),
            Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(refusal({{kDeskOrigin, key, absl::InfinitePast(), DeskNow() + instant}}), std::nullopt);
}

// While a key is being replaced both are listed, and receipts of either are good.
TEST_F(ReceiptCheckTest, OfKeysWithOverlappingTermsAnyMaySign) {
  const auto next = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const LogKey mine = DeskLogKeys()[0];
  const LogKey other = {kDeskOrigin, next->public_key(), DeskNow(), absl::InfiniteFuture()};

  for (const std::vector<LogKey>& keys : {std::vector<LogKey>{mine, other}, {other, mine}}) {
    EXPECT_TRUE(CheckReceipt(CanonicalBytes(good()), keys).ok());
  }
  EXPECT_EQ(ReasonOf(CheckReceipt(CanonicalBytes(good()), {{other}}).status()),
            Reason::kReceiptCheckpointInvalid);
}

TEST_F(ReceiptCheckTest, CommitmentOpensForThePresentedDocumentOnly) {
  const auto record = CheckReceipt(CanonicalBytes(good()), DeskLogKeys());
  ASSERT_TRUE(record.ok());
  const std::string document = DocumentOf("e");

  EXPECT_TRUE(CheckCommitment(*record, good().salt(), document).ok());
  for (const std::string& other : {document + " ", DocumentOf("d"), std::string()}) {
    EXPECT_EQ(ReasonOf(CheckCommitment(*record, good().salt(), other)),
              Reason::kReceiptCommitmentMismatch);
  }
  EXPECT_EQ(ReasonOf(CheckCommitment(*record, SaltOf("d"), document)),
            Reason::kReceiptCommitmentMismatch);
}

TEST_F(ReceiptCheckTest, ReceiptIsCitedWithoutItsSaltAndProvesTheSame) {
  Receipt cited = good();
  cited.clear_salt();

  const auto record = CheckCitedReceipt(CanonicalBytes(cited), DeskLogKeys());

  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(DecisionLeaf(*record), good().leaf());
  EXPECT_EQ(ReasonOf(CheckReceipt(CanonicalBytes(cited), DeskLogKeys()).status()),
            Reason::kReceiptSaltMismatch);
  EXPECT_EQ(ReasonOf(CheckCitedReceipt(CanonicalBytes(good()), DeskLogKeys()).status()),
            Reason::kReceiptMalformed);
}

TEST_F(Threat, R17_EveryBitOfACitedReceiptIsCovered) {
  Receipt cited = good();
  cited.clear_salt();
  const std::string receipt = CanonicalBytes(cited);
  const std::vector<LogKey> keys = DeskLogKeys();
  for (size_t bit = 0; bit < receipt.size() * 8; ++bit) {
    std::string changed = receipt;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(CheckCitedReceipt(changed, keys).ok()) << bit;
  }
}

// Without the salt nothing in the record can be compared with a guessed document (R19).
TEST_F(Threat, R19_WithoutTheSaltADocumentCannotBeGuessed) {
  const std::string document = DocumentOf("e");
  for (const std::string& guess :
       {Sha256(document), absl::BytesToHexString(Sha256(document)), document}) {
    EXPECT_FALSE(absl::StrContains(good().leaf(), guess));
  }
  EXPECT_FALSE(absl::StrContains(good().leaf(), good().salt()));
}

TEST(ReceiptCheck, KeysOfAPublishedTargetCheckReceipts) {
  MemoryStore store;
  const std::string receipt = ReceiptBytes(ReceiptDesk(&store).Issue(OrderOf("a")));
  trustlist::v1::LogKeys published;
  trustlist::v1::LogKey* key = published.add_keys();
  key->set_origin(kDeskOrigin);
  key->set_public_key(DeskLogKey().public_key().spki_der());
  *key->mutable_from() = ToTimestamp(DeskNow());

  const auto keys = ParseLogKeys(CanonicalBytes(published));

  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_TRUE(CheckReceipt(receipt, *keys).ok());
}

}  // namespace
}  // namespace mrg
