#include "dispute/dispute_queue.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_state.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using dispute::v1::StoredQueueCase;

// Result: the dispute that a key of "ready" or "leased" names: its last part, after `parts` of 8
// bytes each.
absl::StatusOr<DisputeId> DisputeOfPlace(absl::string_view key, absl::string_view prefix,
                                         int parts) {
  OrderedKeyReader reader(key.substr(prefix.size()));
  for (int i = 0; i < parts; ++i) MRG_RETURN_IF_ERROR(reader.U64().status());
  MRG_ASSIGN_OR_RETURN(const std::string id, reader.Text());
  absl::StatusOr<DisputeId> parsed = DisputeId::Parse(id);
  if (!parsed.ok()) return MakeError(Reason::kStoreCorrupt, "a key of the queue names no dispute");
  return parsed;
}

// A case about to be leased.
struct Candidate {
  DisputeHistory history;
  StoredQueueCase row;  // with the lease
};

// Adds to `writes` the lease of the free case at `ready_key`.
// Result: nullopt when it is no longer there.
absl::StatusOr<std::optional<Candidate>> StageClaim(const StoreReader& store,
                                                    const std::string& ready_key,
                                                    const Worker& worker, absl::Time expires_at,
                                                    WriteSet* writes) {
  MRG_ASSIGN_OR_RETURN(const DisputeId id,
                       DisputeOfPlace(ready_key, ReadyPrefix(worker.queue), /*parts=*/3));
  MRG_ASSIGN_OR_RETURN(const auto stored, LoadCase(store, id));
  if (!stored.has_value() || ReadyKey(id, stored->row) != ready_key) {
    return std::optional<Candidate>();
  }
  MRG_ASSIGN_OR_RETURN(DisputeHistory history, LoadDispute(store, id));
  if (!NextStage(history.stage(), DisputeStep::kClaim).has_value()) {
    return MakeError(Reason::kStoreCorrupt, "a case in the queue is not one to be claimed");
  }
  StoredQueueCase row = stored->row;
  row.set_lease_token(row.lease_token() + 1);
  row.set_worker(worker.id.value());
  *row.mutable_lease_expires_at() = ToTimestamp(expires_at);
  PutCase(id, &*stored, &row, writes);
  return std::optional<Candidate>({std::move(history), std::move(row)});
}

}  // namespace

DisputeQueue::DisputeQueue(DisputeNode node, OrderedStore* store, DisputeChanged changed)
    : node_(std::move(node)), store_(store), changed_(std::move(changed)) {}

absl::StatusOr<std::vector<LeasedDispute>> DisputeQueue::Claim(const Worker& worker, int batch,
                                                               absl::Duration lease,
                                                               absl::Time now) {
  if (batch < 1 || batch > kDisputeClaimsMax) {
    return MakeFieldError(Reason::kFieldMalformed, "batch_size", "expected 1 to 100");
  }
  if (!IsQueueName(worker.queue)) {
    return MakeFieldError(Reason::kFieldMalformed, "queue", "expected [a-z0-9-]{1,64}");
  }
  MRG_RETURN_IF_ERROR(CheckLeaseDuration(lease));
  MRG_RETURN_IF_ERROR(ReturnEnded(worker.queue, kDisputeLeasesReturnedMax, now).status());

  const absl::Time expires_at = WholeMicros(now + lease);
  std::string begin = ReadyPrefix(worker.queue);
  const std::string end = PrefixEnd(begin);
  std::vector<LeasedDispute> claimed;
  absl::Status trouble;  // told when there is nothing else to tell
  const auto wanted = static_cast<size_t>(batch);
  for (int round = 0; round < kDisputeRoundsMax && claimed.size() < wanted; ++round) {
    const absl::StatusOr<TakenRows> taken =
        TakeFirst(*store_, holds_, Keyspace::kDisputeQueue, begin, end, wanted - claimed.size());
    trouble.Update(taken.status());
    if (!taken.ok() || taken->rows().empty()) break;
    begin = KeyAfter(taken->rows().back().key);
    std::vector<Candidate> candidates;
    std::vector<WriteSet> sets;
    for (const Row& ready : taken->rows()) {
      WriteSet writes;
      auto candidate = StageClaim(*store_, ready.key, worker, expires_at, &writes);
      // One case that cannot be read must not stop the others.
      trouble.Update(candidate.status());
      if (!candidate.ok() || !candidate->has_value()) continue;
      candidates.push_back(**std::move(candidate));
      sets.push_back(std::move(writes));
    }
    if (sets.empty()) continue;
    const std::vector<CommitResult> results = store_->CommitGroup(sets);
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (results[i].outcome == CommitResult::kUnknown) trouble.Update(results[i].status);
      if (!results[i].committed()) continue;  // lost, or another worker was first
      const Candidate& one = candidates[i];
      claimed.push_back({FoldDispute(one.history, *node_.Calendar(), /*lease_is_live=*/true),
                         {one.row.owner_epoch(), one.row.lease_token()},
                         expires_at,
                         one.history.filed().receipt()});
    }
  }
  if (claimed.empty()) MRG_RETURN_IF_ERROR(trouble);
  for (const LeasedDispute& one : claimed) {
    if (changed_) changed_(one.dispute.name());
  }
  return claimed;
}

template <typename Change>
absl::Status DisputeQueue::UnderLease(const Worker& worker, const DisputeId& dispute,
                                      const FencingToken& token, absl::Time now, Change change) {
  absl::Status last;
  for (int round = 0; round < kDisputeRoundsMax; ++round) {
    MRG_ASSIGN_OR_RETURN(const DisputeHistory history, LoadDispute(*store_, dispute));
    MRG_RETURN_IF_ERROR(CheckWorker(node_, worker, history));
    MRG_ASSIGN_OR_RETURN(const auto stored, LoadCase(*store_, dispute));
    MRG_RETURN_IF_ERROR(
        CheckLease(stored.has_value() ? &stored->row : nullptr, worker, token, now));
    StoredQueueCase row = stored->row;
    change(&row);
    WriteSet writes;
    PutCase(dispute, &*stored, &row, &writes);
    const CommitResult result = store_->Commit(writes);
    if (result.outcome != CommitResult::kPreconditionFailed) return result.status;
    last = result.status;
  }
  return last;
}

absl::StatusOr<absl::Time> DisputeQueue::Heartbeat(const Worker& worker, const DisputeId& dispute,
                                                   const FencingToken& token, absl::Duration lease,
                                                   absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckLeaseDuration(lease));
  absl::Time expires_at;
  MRG_RETURN_IF_ERROR(UnderLease(worker, dispute, token, now, [&](StoredQueueCase* row) {
    expires_at = std::max(WholeMicros(now + lease), ToTime(row->lease_expires_at()));
    *row->mutable_lease_expires_at() = ToTimestamp(expires_at);
  }));
  return expires_at;
}

absl::Status DisputeQueue::Release(const Worker& worker, const DisputeId& dispute,
                                   const FencingToken& token, absl::Time now) {
  MRG_RETURN_IF_ERROR(UnderLease(worker, dispute, token, now, ClearLease));
  Tell(changed_, dispute);
  return absl::OkStatus();
}

absl::StatusOr<size_t> DisputeQueue::ReturnEnded(const std::string& queue, size_t limit,
                                                 absl::Time now) {
  const std::string prefix = LeasedPrefix(queue);
  // Leases that end at `now` have ended.
  const std::string end = prefix + OrderedKey().Time(now + absl::Microseconds(1)).Take();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store_->Scan(Keyspace::kDisputeQueue, prefix, end, limit));
  std::vector<DisputeId> disputes;
  std::vector<WriteSet> sets;
  for (const Row& leased : rows) {
    MRG_ASSIGN_OR_RETURN(DisputeId id, DisputeOfPlace(leased.key, prefix, /*parts=*/1));
    const auto stored = LoadCase(*store_, id);
    // One case that cannot be read stays where it is and must not stop the others.
    if (!stored.ok() || !stored->has_value() || LeaseIsLive((*stored)->row, now)) continue;
    if ((*stored)->row.worker().empty()) continue;
    StoredQueueCase row = (*stored)->row;
    ClearLease(&row);
    WriteSet writes;
    PutCase(id, &**stored, &row, &writes);
    disputes.push_back(std::move(id));
    sets.push_back(std::move(writes));
  }
  if (sets.empty()) return size_t{0};
  const std::vector<CommitResult> results = store_->CommitGroup(sets);
  size_t returned = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].outcome == CommitResult::kUnknown) return results[i].status;
    if (!results[i].committed()) continue;  // prolonged or returned meanwhile
    ++returned;
    Tell(changed_, disputes[i]);
  }
  return returned;
}

absl::StatusOr<size_t> DisputeQueue::ReturnEndedLeases(absl::Time now) {
  std::string begin = LeasedPrefix();
  const std::string end = PrefixEnd(begin);
  size_t returned = 0;
  while (returned < kDisputeLeasesReturnedMax) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> first,
                         store_->Scan(Keyspace::kDisputeQueue, begin, end, 1));
    if (first.empty()) break;
    OrderedKeyReader reader(absl::string_view(first[0].key).substr(LeasedPrefix().size()));
    MRG_ASSIGN_OR_RETURN(const std::string queue, reader.Text());
    MRG_ASSIGN_OR_RETURN(const size_t of_queue,
                         ReturnEnded(queue, kDisputeLeasesReturnedMax - returned, now));
    returned += of_queue;
    begin = PrefixEnd(LeasedPrefix(queue));
  }
  return returned;
}

}  // namespace mrg
