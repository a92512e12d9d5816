#include "gateway/receipt/receipt_issuer.h"

#include <memory>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/receipt/idempotency.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using gateway::v1::Receipt;
using gateway::v1::StoredRequest;

Receipt MakeReceipt(const std::string& record, const std::string& salt,
                    const DecisionLog::Placement& placement) {
  Receipt receipt;
  receipt.set_record(record);
  receipt.set_salt(salt);
  receipt.set_index(placement.index);
  receipt.set_tree_size(placement.tree_size);
  for (const std::string& hash : placement.inclusion_proof) receipt.add_inclusion_proof(hash);
  receipt.set_checkpoint(placement.checkpoint);
  return receipt;
}

StoredRequest MakeStoredRequest(const ReceiptOrder& order, const Receipt& receipt) {
  StoredRequest stored;
  stored.set_body_hmac(order.body_hmac);
  stored.set_decided_at_us(order.record.decided_at_us());
  stored.set_salt(order.salt);
  stored.set_snapshot_id(order.snapshot_id);
  stored.set_receipt(CanonicalBytes(receipt));
  stored.set_epoch(order.record.epoch());
  return stored;
}

// The salt lives in a keyspace of its own, by log index, so that it can be erased without touching
// the log: then not even the node can link the record to a licence (THREATS R19).
std::string SaltKey(const std::string& origin, uint64_t index) {
  return OrderedKey().Text(origin).U64(index).Take();
}

ReceiptIssuer::Answer ReadAnswerBefore(const OrderedStore& store, const std::string& store_key,
                                       const std::string& body_hmac) {
  auto stored = ReadStoredRequest(store, store_key);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) {
    // The first one stood in the same group, and the group was not written.
    return MakeError(Reason::kStoreUnavailable, "the same request, sent before, was not logged");
  }
  if ((*stored)->body_hmac() != body_hmac) {
    return MakeFieldError(Reason::kRequestIdReused, "request_id",
                          "expected a request id not used before, or the same body");
  }
  return AnsweredBefore{**std::move(stored)};
}

}  // namespace

void ReceiptIssuer::Issue(ReceiptOrder order, Done done) {
  const std::string store_key = RequestStoreKey(order.caller, order.request_id);
  std::string record_bytes = CanonicalBytes(order.record);
  auto shared = std::make_shared<const ReceiptOrder>(std::move(order));

  DecisionLog::Submission submission;
  submission.record = record_bytes;
  submission.absent_keyspace = Keyspace::kRequest;
  submission.absent_key = store_key;
  submission.companions = [shared, record_bytes, store_key](const DecisionLog::Placement& placement,
                                                            WriteSet* writes) {
    const Receipt receipt = MakeReceipt(record_bytes, shared->salt, placement);
    PutStoredRequest(store_key, MakeStoredRequest(*shared, receipt), writes);
    writes->Put(Keyspace::kSalt, SaltKey(shared->record.log_origin(), placement.index),
                shared->salt);
  };
  committer_->Submit(std::move(submission),
                     [this, shared, record_bytes, store_key,
                      done = std::move(done)](DecisionLog::Appended appended) {
                       switch (appended.result) {
                         case DecisionLog::Appended::kAppended:
                           done(MakeReceipt(record_bytes, shared->salt, appended.placement));
                           return;
                         case DecisionLog::Appended::kDuplicate:
                           done(ReadAnswerBefore(*store_, store_key, shared->body_hmac));
                           return;
                         case DecisionLog::Appended::kFailed:
                           done(appended.status);
                           return;
                       }
                     });
}

}  // namespace mrg
