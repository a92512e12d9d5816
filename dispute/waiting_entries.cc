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
  size_t disputes_max;  // in one turn
  size_t group_max;     // tried at once
  const TryGroupFn& attempt;
  const OnFailedFn& on_failed;
};

absl::Time WaitingEntries::RunReceiver(const WaitingRows& rows, const TryFn& attempt,
                                       const OnFailedFn& on_failed, absl::Time now) {
  const TryGroupFn attempt_one = [&attempt](const std::vector<WaitingDispute>& disputes) {
    std::vector<EntriesTried> tried;
    for (const WaitingDispute& one : disputes) tried.push_back(attempt(one.history, one.sequences));
    return tried;
  };
  return Run({rows, kOutboxDisputesPerTurnMax, 1, attempt_one, on_failed}, now)
      .value_or(SoonAfter(now));
}

absl::Time WaitingEntries::RunGroup(const WaitingRows& rows, size_t disputes_max,
                                    const TryGroupFn& attempt, const OnFailedFn& on_failed,
                                    absl::Time now) {
  return Run({rows, disputes_max, disputes_max, attempt, on_failed}, now).value_or(SoonAfter(now));
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
  std::vector<Due> group;
  for (size_t examined = 0;; ++examined) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> first,
                         store_->Scan(rows.keyspace, begin, PrefixEnd(rows.entries), /*limit=*/1));
    const bool is_full = worked == receiver.disputes_max || examined == kOutboxDisputesExaminedMax;
    if (first.empty() || is_full || group.size() == receiver.group_max) {
      MRG_ASSIGN_OR_RETURN(const GroupTurn turn, TryGroup(receiver, &group, failed_before, now));
      if (turn.receiver_is_down) return turn.next;
      next = std::min(next, turn.next);
      group.clear();
    }
    // What came before the place where this turn began has its turn now.
    if (first.empty()) return from_the_first ? next : now;
    if (is_full) {
      cursors_[rows.entries] = begin;
      return now;
    }
    OrderedKeyReader reader(absl::string_view(first[0].key).substr(rows.entries.size()));
    MRG_ASSIGN_OR_RETURN(const std::string name, reader.Text());
    begin = PrefixEnd(rows.entries + OrderedKey().Text(name).Take());
    const absl::StatusOr<DisputeId> dispute = DisputeId::Parse(name);
    if (!dispute.ok()) continue;  // no key of ours
    MRG_ASSIGN_OR_RETURN(const auto dispute_retry_at,
                         RetryAt(rows.keyspace, rows.retry + DisputePart(*dispute), now));
    if (dispute_retry_at.has_value() && *dispute_retry_at > now) {
      next = std::min(next, *dispute_retry_at);
      continue;
    }
    MRG_ASSIGN_OR_RETURN(Due due, Read(receiver, *dispute, dispute_retry_at.has_value()));
    group.push_back(std::move(due));
    ++worked;
  }
}

absl::StatusOr<WaitingEntries::Due> WaitingEntries::Read(const Receiver& receiver,
                                                         const DisputeId& dispute,
                                                         bool failed_before) const {
  const WaitingRows& rows = receiver.rows;
  auto sequences = ReadSequences(*store_, rows.keyspace, rows.entries + DisputePart(dispute));
  auto history = LoadDispute(*store_, dispute);
  Due due = {dispute, failed_before, {}, std::nullopt};
  due.tried.status.Update(sequences.status());
  due.tried.status.Update(history.status());
  // Our own store does not answer: neither the receiver's fault nor the dispute's.
  if (ReasonOf(due.tried.status) == Reason::kStoreUnavailable) return due.tried.status;
  if (due.tried.status.ok() && !sequences->empty()) {
    due.waiting = WaitingDispute{*std::move(history), *std::move(sequences)};
  }
  return due;
}

absl::StatusOr<WaitingEntries::GroupTurn> WaitingEntries::TryGroup(const Receiver& receiver,
                                                                   std::vector<Due>* group,
                                                                   bool failed_before,
                                                                   absl::Time now) {
  const WaitingRows& rows = receiver.rows;
  std::vector<WaitingDispute> waiting;
  std::vector<Due*> tried;
  for (Due& due : *group) {
    if (!due.waiting.has_value()) continue;
    waiting.push_back(*std::move(due.waiting));
    tried.push_back(&due);
  }
  if (!waiting.empty()) {
    std::vector<EntriesTried> results = receiver.attempt(waiting);
    for (size_t i = 0; i < tried.size(); ++i) tried[i]->tried = std::move(results[i]);
  }

  WriteSet writes;
  for (const Due& due : *group) {
    for (uint64_t sequence : due.tried.done) {
      writes.Delete(rows.keyspace, rows.entries + EntryPart(due.dispute, sequence));
    }
    if (!due.tried.status.ok()) continue;
    if (due.failed_before) writes.Delete(rows.keyspace, rows.retry + DisputePart(due.dispute));
    if (failed_before) writes.Delete(rows.keyspace, rows.retry);
  }
  if (!writes.empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);

  GroupTurn turn;
  for (const Due& due : *group) {
    if (due.tried.status.ok()) continue;
    if (receiver.on_failed) receiver.on_failed(due.dispute, due.tried.status);
    turn.receiver_is_down = due.tried.receiver_is_down;
    MRG_ASSIGN_OR_RETURN(
        const absl::Time next,
        PutOff(rows.keyspace,
               turn.receiver_is_down ? rows.retry : rows.retry + DisputePart(due.dispute), now));
    turn.next = std::min(turn.next, next);
    if (turn.receiver_is_down) return GroupTurn{next, true};
  }
  return turn;
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
