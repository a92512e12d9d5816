#include "dispute/waiting_entries.h"

#include <algorithm>
#include <utility>

#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/turn.h"
#include "gateway/storage/ordered_key.h"
#include "mrg/dispute/v1/stored_dispute.pb.h"

namespace mrg {
namespace {

using dispute::v1::StoredRetry;

absl::StatusOr<std::vector<uint64_t>> ReadSequences(const StoreReader& store, Keyspace keyspace,
                                                    const std::string& prefix) {
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store.Scan(keyspace, prefix, PrefixEnd(prefix), kDisputeEventsPerCallMax));
  std::vector<uint64_t> sequences;
  for (const Row& row : rows) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(prefix.size()));
    MRG_ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
    if (sequence == 0) return MakeError(Reason::kStoreCorrupt, "an entry names no event");
    sequences.push_back(sequence);
  }
  return sequences;
}

}  // namespace

// Whose turn it is, and how it is served.
struct WaitingEntries::Receiver {
  const WaitingRows& rows;
  const TryFn& attempt;
  const OnFailedFn& on_failed;
};

absl::Time WaitingEntries::RunReceiver(const WaitingRows& rows, const TryFn& attempt,
                                       const OnFailedFn& on_failed, absl::Time now) {
  return Run({rows, attempt, on_failed}, now).value_or(SoonAfter(now));
}

absl::StatusOr<absl::Time> WaitingEntries::Run(const Receiver& receiver, absl::Time now) {
  const WaitingRows& rows = receiver.rows;
  MRG_ASSIGN_OR_RETURN(const auto retry_at, RetryAt(rows.keyspace, rows.retry, now));
  if (retry_at.has_value() && *retry_at > now) return *retry_at;

  const bool failed_before = retry_at.has_value();
  const auto cursor = cursors_.find(rows.entries);
  const bool from_the_first = cursor == cursors_.end();
  std::string begin = from_the_first ? rows.entries : cursor->second;
  cursors_.erase(rows.entries);
  absl::Time next = absl::InfiniteFuture();
  size_t worked = 0;
  for (size_t examined = 0;; ++examined) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> first,
                         store_->Scan(rows.keyspace, begin, PrefixEnd(rows.entries), /*limit=*/1));
    // What came before the place where this turn began has its turn now.
    if (first.empty()) return from_the_first ? next : now;
    if (worked == kOutboxDisputesPerTurnMax || examined == kOutboxDisputesExaminedMax) {
      cursors_[rows.entries] = begin;
      return now;
    }
    OrderedKeyReader reader(absl::string_view(first[0].key).substr(rows.entries.size()));
    MRG_ASSIGN_OR_RETURN(const std::string name, reader.Text());
    begin = PrefixEnd(rows.entries + OrderedKey().Text(name).Take());
    const absl::StatusOr<DisputeId> dispute = DisputeId::Parse(name);
    if (!dispute.ok()) continue;  // no key of ours
    MRG_ASSIGN_OR_RETURN(const DisputeTurn turn,
                         RunDispute(receiver, *dispute, failed_before, now));
    if (turn.receiver_is_down) return turn.next;
    next = std::min(next, turn.next);
    worked += turn.worked ? 1 : 0;
  }
}

absl::StatusOr<WaitingEntries::DisputeTurn> WaitingEntries::RunDispute(const Receiver& receiver,
                                                                       const DisputeId& dispute,
                                                                       bool failed_before,
                                                                       absl::Time now) {
  const WaitingRows& rows = receiver.rows;
  const std::string retry_key = rows.retry + DisputePart(dispute);
  MRG_ASSIGN_OR_RETURN(const auto retry_at, RetryAt(rows.keyspace, retry_key, now));
  if (retry_at.has_value() && *retry_at > now) return DisputeTurn{*retry_at, false, false};

  const auto sequences = ReadSequences(*store_, rows.keyspace, rows.entries + DisputePart(dispute));
  const auto history = LoadDispute(*store_, dispute);
  EntriesTried tried;
  tried.status.Update(sequences.status());
  tried.status.Update(history.status());
  // Our own store does not answer: neither the receiver's fault nor the dispute's.
  if (ReasonOf(tried.status) == Reason::kStoreUnavailable) return tried.status;
  if (tried.status.ok() && !sequences->empty()) tried = receiver.attempt(*history, *sequences);

  WriteSet writes;
  for (uint64_t sequence : tried.done) {
    writes.Delete(rows.keyspace, rows.entries + EntryPart(dispute, sequence));
  }
  if (tried.status.ok()) {
    if (retry_at.has_value()) writes.Delete(rows.keyspace, retry_key);
    if (failed_before) writes.Delete(rows.keyspace, rows.retry);
  }
  if (!writes.empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  if (tried.status.ok()) return DisputeTurn{absl::InfiniteFuture(), true, false};

  if (receiver.on_failed) receiver.on_failed(dispute, tried.status);
  MRG_ASSIGN_OR_RETURN(const absl::Time next,
                       PutOff(rows.keyspace, tried.receiver_is_down ? rows.retry : retry_key, now));
  return DisputeTurn{next, true, tried.receiver_is_down};
}

absl::StatusOr<std::optional<absl::Time>> WaitingEntries::RetryAt(Keyspace keyspace,
                                                                  const std::string& key,
                                                                  absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(keyspace, key));
  if (!row.has_value()) return std::optional<absl::Time>();
  StoredRetry stored;
  if (!ParseCanonicalInto(row->value, &stored)) return std::optional<absl::Time>(now);
  const auto waiting = Turn::Waiting(retry_, stored.failures(), ToTime(stored.next_attempt_at()));
  return std::optional<absl::Time>(waiting.Due(now) ? now : waiting.next());
}

absl::StatusOr<absl::Time> WaitingEntries::PutOff(Keyspace keyspace, const std::string& key,
                                                  absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(keyspace, key));
  StoredRetry stored;
  if (row.has_value() && !ParseCanonicalInto(row->value, &stored)) stored.Clear();
  auto waiting = Turn::Waiting(retry_, stored.failures(), ToTime(stored.next_attempt_at()));
  waiting.Failed(now);
  const absl::Time next = WholeMicros(waiting.next());
  stored.set_failures(waiting.failures());
  *stored.mutable_next_attempt_at() = ToTimestamp(next);
  WriteSet writes;
  writes.Put(keyspace, key, CanonicalBytes(stored));
  MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  return next;
}

}  // namespace mrg
