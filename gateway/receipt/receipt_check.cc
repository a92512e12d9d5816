#include "gateway/receipt/receipt_check.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using gateway::v1::Receipt;

constexpr size_t kSaltBytes = 32;

absl::StatusOr<Receipt> ParseReceipt(absl::string_view bytes) {
  return ParseCanonical<Receipt>(bytes, Reason::kReceiptMalformed);
}

// Result: the record, of which nothing is proved yet.
absl::StatusOr<audit::v1::DecisionRecord> ReadRecord(const Receipt& receipt) {
  MRG_ASSIGN_OR_RETURN(const audit::v1::LogLeaf leaf,
                       ParseLeaf(receipt.leaf(), Reason::kReceiptMalformed));
  // Of the kinds of leaves only a decision has a receipt.
  return ParseDecision(leaf, Reason::kReceiptMalformed);
}

// Checks that a listed key's checkpoint holds the receipt's leaf.
absl::Status CheckProof(const Receipt& receipt, const audit::v1::DecisionRecord& record,
                        std::span<const LogKey> log_keys) {
  const absl::Time decided_at = absl::FromUnixMicros(record.decided_at_us());
  // While a key is being replaced, the terms of the old and the new one may overlap.
  absl::StatusOr<Checkpoint> checkpoint =
      MakeError(Reason::kReceiptCheckpointInvalid,
                "no listed key signs this log at the time of the decision");
  for (const LogKey& key : log_keys) {
    if (key.origin != record.log_origin() || decided_at < key.from || key.until <= decided_at) {
      continue;
    }
    checkpoint = ParseSignedCheckpoint(receipt.checkpoint(), key.origin, key.key);
    if (checkpoint.ok()) break;
  }
  if (!checkpoint.ok()) return checkpoint.status();
  if (checkpoint->size != receipt.tree_size()) {
    return MakeError(Reason::kReceiptCheckpointInvalid,
                     "expected the checkpoint of the receipt's tree size");
  }
  const std::vector<std::string> proof(receipt.inclusion_proof().begin(),
                                       receipt.inclusion_proof().end());
  const TreeHash leaf_hash = LeafHash(receipt.leaf());
  if (!VerifyInclusion(ToView(leaf_hash), receipt.index(), receipt.tree_size(), proof,
                       checkpoint->root)
           .ok()) {
    return MakeError(Reason::kReceiptProofInvalid,
                     "expected a proof from the leaf to the checkpoint's root");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<audit::v1::DecisionRecord> CheckReceipt(absl::string_view receipt_bytes,
                                                       std::span<const LogKey> log_keys) {
  MRG_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(receipt_bytes));
  MRG_ASSIGN_OR_RETURN(audit::v1::DecisionRecord record, ReadRecord(receipt));
  if (receipt.salt().size() != kSaltBytes || Sha256(receipt.salt()) != record.salt_digest()) {
    return MakeError(Reason::kReceiptSaltMismatch, "expected the 32 bytes behind salt_digest");
  }
  MRG_RETURN_IF_ERROR(CheckProof(receipt, record, log_keys));
  return record;
}

absl::StatusOr<audit::v1::DecisionRecord> CheckCitedReceipt(absl::string_view receipt_bytes,
                                                            std::span<const LogKey> log_keys) {
  MRG_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(receipt_bytes));
  if (!receipt.salt().empty()) {
    return MakeError(Reason::kReceiptMalformed, "expected a receipt without its salt");
  }
  MRG_ASSIGN_OR_RETURN(audit::v1::DecisionRecord record, ReadRecord(receipt));
  MRG_RETURN_IF_ERROR(CheckProof(receipt, record, log_keys));
  return record;
}

absl::Status CheckCommitment(const audit::v1::DecisionRecord& record, absl::string_view salt,
                             absl::string_view document) {
  if (Sha256Stream().Update(salt).Update(document).Finish() != record.licence_commitment()) {
    return MakeError(Reason::kReceiptCommitmentMismatch,
                     "expected the document that was presented");
  }
  return absl::OkStatus();
}

}  // namespace mrg
