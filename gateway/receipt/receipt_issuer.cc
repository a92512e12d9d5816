#include "gateway/receipt/receipt_issuer.h"

#include <memory>
#include <optional>
#include <utility>

#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/storage/keyspace.h"

namespace mrg {
namespace {

using gateway::v1::Receipt;
using gateway::v1::StoredRecognition;

// Completes the receipt, which holds the leaf. Called again when the group was put
// together anew.
void SetPlacement(const DecisionLog::Placement& placement, Receipt* receipt) {
  receipt->set_index(placement.index);
  receipt->set_tree_size(placement.tree_size);
  receipt->clear_inclusion_proof();
  for (const std::string& hash : placement.inclusion_proof) receipt->add_inclusion_proof(hash);
  receipt->set_checkpoint(placement.checkpoint);
}

// Neither the order's salt nor a receipt with one goes in: it is kept in one place, where it can be
// erased.
StoredRecognition MakeStored(const ReceiptOrder& order, const Receipt& receipt) {
  StoredRecognition stored;
  stored.set_decided_at_us(order.decided_at_us);
  stored.set_snapshot_id(order.snapshot_id);
  stored.set_receipt(CanonicalBytes(receipt));
  stored.set_epoch(order.epoch);
  return stored;
}

// An order while it waits for its group.
struct Pending {
  ReceiptOrder order;
  RequestName name;
  Receipt receipt;  // its leaf from the beginning, where that stands later, the salt at the end
};

absl::StatusOr<std::optional<AnsweredBefore>> ReadAnswerBefore(const OrderedStore& store,
                                                               const RequestName& name,
                                                               absl::string_view body_hmac) {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> answer,
                       RecallAnswer(store, name, body_hmac));
  if (!answer.has_value()) return std::optional<AnsweredBefore>();
  MRG_ASSIGN_OR_RETURN(StoredRecognition stored,
                       ParseCanonical<StoredRecognition>(*answer, Reason::kStoreCorrupt));
  MRG_ASSIGN_OR_RETURN(Receipt receipt,
                       ParseCanonical<Receipt>(stored.receipt(), Reason::kStoreCorrupt));
  MRG_ASSIGN_OR_RETURN(const audit::v1::LogLeaf leaf,
                       ParseLeaf(receipt.leaf(), Reason::kStoreCorrupt));
  // The log is the leaf's: the node may have begun another since.
  MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record,
                       ParseDecision(leaf, Reason::kStoreCorrupt));
  MRG_ASSIGN_OR_RETURN(*receipt.mutable_salt(),
                       RecallSalt(store, record.log_origin(), receipt.index()));
  return std::make_optional(AnsweredBefore{std::move(stored), std::move(receipt)});
}

ReceiptIssuer::Answer AnswerOfDuplicate(const OrderedStore& store, const Pending& pending) {
  MRG_ASSIGN_OR_RETURN(std::optional<AnsweredBefore> before,
                       ReadAnswerBefore(store, pending.name, pending.order.body_hmac));
  if (before.has_value()) return *std::move(before);
  // The first one stood in the same group, and the group was not written.
  return MakeError(Reason::kStoreUnavailable, "the same request, sent before, was not logged");
}

}  // namespace

void SetRecord(const audit::v1::DecisionRecord& record, ReceiptOrder* order) {
  order->leaf = DecisionLeaf(record);
  order->log_origin = record.log_origin();
  order->decided_at_us = record.decided_at_us();
  order->epoch = record.epoch();
}

absl::StatusOr<std::optional<AnsweredBefore>> ReceiptIssuer::Recall(
    const SpiffeId& caller, const RequestId& request_id, absl::string_view body_hmac) const {
  return ReadAnswerBefore(*store_, {RequestKind::kRecognition, caller, request_id}, body_hmac);
}

void ReceiptIssuer::Issue(ReceiptOrder order, Done done) {
  RequestName name{RequestKind::kRecognition, order.caller, order.request_id};
  auto pending = std::make_shared<Pending>(Pending{std::move(order), std::move(name), {}});
  pending->receipt.set_leaf(std::move(pending->order.leaf));

  DecisionLog::Submission submission;
  // The receipt holds the only copy, which lives as long as either of the two.
  submission.leaf = std::shared_ptr<const std::string>(pending, &pending->receipt.leaf());
  submission.absent_keyspace = Keyspace::kRequest;
  submission.absent_key = RequestStoreKey(pending->name);
  submission.companions = [pending](const DecisionLog::Placement& placement, WriteSet* writes) {
    const ReceiptOrder& of = pending->order;
    SetPlacement(placement, &pending->receipt);
    Remember(pending->name,
             {of.body_hmac, absl::FromUnixMicros(of.decided_at_us),
              CanonicalBytes(MakeStored(of, pending->receipt))},
             writes);
    KeepSalt(of.log_origin, placement.index, of.decided_at_us, of.salt, writes);
  };
  committer_->Submit(std::move(submission),
                     [this, pending, done = std::move(done)](DecisionLog::Appended appended) {
                       switch (appended.result) {
                         case DecisionLog::Appended::kAppended:
                           pending->receipt.set_salt(std::move(pending->order.salt));
                           done(std::move(pending->receipt));
                           return;
                         case DecisionLog::Appended::kDuplicate:
                           done(AnswerOfDuplicate(*store_, *pending));
                           return;
                         case DecisionLog::Appended::kFailed:
                           done(appended.status);
                           return;
                       }
                     });
}

}  // namespace mrg
