#include "dispute/outbox.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/turn.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using dispute::v1::DeliverRequest;
using dispute::v1::StoredOutboxEntry;
using dispute::v1::StoredOutboxRetry;

struct Entry {
  uint64_t sequence = 0;
  dispute::v1::StoredOutboxKind kind = dispute::v1::STORED_OUTBOX_KIND_UNSPECIFIED;
};

absl::StatusOr<std::vector<Entry>> ReadEntries(const StoreReader& store,
                                               const std::string& prefix) {
  MRG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      store.Scan(Keyspace::kDisputeOutbox, prefix, PrefixEnd(prefix), kDisputeEventsPerCallMax));
  std::vector<Entry> entries;
  for (const Row& row : rows) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(prefix.size()));
    MRG_ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
    MRG_ASSIGN_OR_RETURN(const auto stored,
                         ParseCanonical<StoredOutboxEntry>(row.value, Reason::kStoreCorrupt));
    entries.push_back({sequence, stored.kind()});
  }
  return entries;
}

// Whether a failure says something about the peer as a whole, or only about what it was given.
bool IsOfPeer(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return false;
    default:
      return true;
  }
}

}  // namespace

Outbox::Outbox(DisputeNode node, OrderedStore* store, DisputeRelay* relay, LicenceMarks* marks,
               RetrySchedule retry, OutboxObserver observer)
    : node_(std::move(node)),
      store_(store),
      relay_(relay),
      marks_(marks),
      retry_(retry),
      observer_(std::move(observer)) {}

absl::Time Outbox::RunOnce(absl::Time now) {
  const auto peers = Peers();
  if (!peers.ok()) return now + retry_.WaitAfter(1);
  absl::Time next = absl::InfiniteFuture();
  for (const MemberId& peer : *peers) {
    // A store that does not answer is asked again soon; what was delivered is delivered again.
    next = std::min(next, RunPeer(peer, now).value_or(now + retry_.WaitAfter(1)));
  }
  return next;
}

absl::StatusOr<std::vector<MemberId>> Outbox::Peers() const {
  const std::string prefix = OutboxPrefix();
  std::string begin = prefix;
  std::vector<MemberId> peers;
  while (true) {
    MRG_ASSIGN_OR_RETURN(
        const std::vector<Row> first,
        store_->Scan(Keyspace::kDisputeOutbox, begin, PrefixEnd(prefix), /*limit=*/1));
    if (first.empty()) return peers;
    OrderedKeyReader reader(absl::string_view(first[0].key).substr(prefix.size()));
    MRG_ASSIGN_OR_RETURN(const std::string name, reader.Text());
    if (absl::StatusOr<MemberId> peer = MemberId::Parse(name); peer.ok()) {
      peers.push_back(*std::move(peer));
    }
    begin = PrefixEnd(OutboxPrefix(name));
  }
}

absl::StatusOr<absl::Time> Outbox::RunPeer(const MemberId& peer, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto retry_at, RetryAt(PeerRetryKey(peer.value()), now));
  if (retry_at.has_value() && *retry_at > now) return *retry_at;

  const bool failed_before = retry_at.has_value();
  const std::string prefix = OutboxPrefix(peer.value());
  const auto cursor = cursors_.find(peer.value());
  const bool from_the_first = cursor == cursors_.end();
  std::string begin = from_the_first ? prefix : cursor->second;
  cursors_.erase(peer.value());
  absl::Time next = absl::InfiniteFuture();
  size_t worked = 0;
  for (size_t examined = 0;; ++examined) {
    MRG_ASSIGN_OR_RETURN(
        const std::vector<Row> first,
        store_->Scan(Keyspace::kDisputeOutbox, begin, PrefixEnd(prefix), /*limit=*/1));
    // What came before the place where this turn began has its turn now.
    if (first.empty()) return from_the_first ? next : now;
    if (worked == kOutboxDisputesPerTurnMax || examined == kOutboxDisputesExaminedMax) {
      cursors_[peer.value()] = begin;
      return now;
    }
    OrderedKeyReader reader(absl::string_view(first[0].key).substr(prefix.size()));
    MRG_ASSIGN_OR_RETURN(const std::string name, reader.Text());
    begin = PrefixEnd(prefix + OrderedKey().Text(name).Take());
    const absl::StatusOr<DisputeId> dispute = DisputeId::Parse(name);
    if (!dispute.ok()) continue;  // no key of ours
    MRG_ASSIGN_OR_RETURN(const Turn turn, RunDispute(peer, *dispute, failed_before, now));
    if (turn.peer_is_down) return turn.next;
    next = std::min(next, turn.next);
    worked += turn.worked ? 1 : 0;
  }
}

absl::StatusOr<Outbox::Turn> Outbox::RunDispute(const MemberId& peer, const DisputeId& dispute,
                                                bool peer_failed_before, absl::Time now) {
  const std::string retry_key = DisputeRetryKey(peer.value(), dispute);
  MRG_ASSIGN_OR_RETURN(const auto retry_at, RetryAt(retry_key, now));
  if (retry_at.has_value() && *retry_at > now) return Turn{*retry_at, false, false};

  const Attempt attempt = Try(peer, dispute);
  // Our own store does not answer: neither the peer's fault nor the dispute's.
  if (attempt.unread && ReasonOf(attempt.status) == Reason::kStoreUnavailable) {
    return attempt.status;
  }
  WriteSet writes;
  for (uint64_t sequence : attempt.done) {
    writes.Delete(Keyspace::kDisputeOutbox, OutboxKey(peer.value(), dispute, sequence));
  }
  if (attempt.status.ok()) {
    if (retry_at.has_value()) writes.Delete(Keyspace::kDisputeOutbox, retry_key);
    if (peer_failed_before) {
      writes.Delete(Keyspace::kDisputeOutbox, PeerRetryKey(peer.value()));
    }
  }
  if (!writes.empty()) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  if (attempt.status.ok()) return Turn{absl::InfiniteFuture(), true, false};

  if (observer_.on_failed) observer_.on_failed(peer, dispute.value(), attempt.status);
  // Marks of different licences have only the store in common.
  const bool is_of_peer =
      peer == node_.member ? absl::IsUnavailable(attempt.status) : IsOfPeer(attempt.status);
  const bool peer_is_down = !attempt.unread && is_of_peer;
  MRG_ASSIGN_OR_RETURN(const absl::Time next,
                       PutOff(peer_is_down ? PeerRetryKey(peer.value()) : retry_key, now));
  return Turn{next, true, peer_is_down};
}

Outbox::Attempt Outbox::Try(const MemberId& peer, const DisputeId& dispute) {
  Attempt attempt;
  const auto entries = ReadEntries(*store_, OutboxPrefix(peer.value(), dispute));
  const auto history = LoadDispute(*store_, dispute);
  attempt.status.Update(entries.status());
  attempt.status.Update(history.status());
  attempt.unread = !attempt.status.ok();
  if (attempt.unread || entries->empty()) return attempt;

  if (peer == node_.member) {
    for (const Entry& entry : *entries) {
      const bool set = entry.kind == dispute::v1::STORED_OUTBOX_KIND_SET_MARK;
      attempt.status = ChangeMark(*history, entry.sequence, set);
      if (!attempt.status.ok()) return attempt;
      attempt.done.push_back(entry.sequence);
      if (observer_.on_marked) observer_.on_marked(dispute.value(), set);
    }
    return attempt;
  }
  const auto has_before =
      DeliverEvents(peer, *history, entries->front().sequence, entries->back().sequence);
  attempt.status = has_before.status();
  if (!has_before.ok()) return attempt;
  for (const Entry& entry : *entries) attempt.done.push_back(entry.sequence);
  if (observer_.on_delivered) observer_.on_delivered(peer, dispute.value(), *has_before);
  return attempt;
}

absl::StatusOr<uint64_t> Outbox::DeliverEvents(const MemberId& peer, const DisputeHistory& history,
                                               uint64_t first, uint64_t last) {
  uint64_t from = first;
  bool from_one = first == 1;
  for (int call = 0; call < kOutboxCallsPerDisputeMax; ++call) {
    DeliverRequest request;
    request.set_dispute(history.id().value());
    for (uint64_t sequence = from; sequence <= std::min(last, history.last_sequence()) &&
                                   sequence < from + kDisputeEventsPerCallMax;
         ++sequence) {
      request.add_events(history.bytes()[sequence - 1]);
    }
    if (request.events().empty()) break;
    const absl::StatusOr<uint64_t> next = relay_->Deliver(peer, request);
    if (!next.ok()) {
      // It may lack events before `first`, which it would name by accepting a call from event 1.
      if (ReasonOf(next.status()) != Reason::kDisputeEventRefused || from_one) {
        return next.status();
      }
      from_one = true;
      from = 1;
      continue;
    }
    if (*next > last) return *next;
    if (*next < 1) break;
    from = *next;
  }
  return MakeError(Reason::kDisputeEventRefused, "the peer takes events and still asks for them");
}

absl::Status Outbox::ChangeMark(const DisputeHistory& history, uint64_t sequence, bool set) {
  if (sequence > history.last_sequence()) {
    return MakeError(Reason::kStoreCorrupt, "an outbox entry names an event that is not stored");
  }
  const auto& filed = history.filed();
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       JurisdictionId::Parse(filed.issuing_jurisdiction()));
  const absl::Time at = ToTime(history.events()[sequence - 1].at());
  // The rows say which accepted disputes over this licence are open now. A mark that came too late
  // is not set any more, and one that another dispute needs is not lifted.
  if (set) {
    MRG_ASSIGN_OR_RETURN(const auto own,
                         store_->Get(Keyspace::kDisputeIndex, MarkKey(filed, history.id())));
    if (!own.has_value()) return absl::OkStatus();
    return marks_->SetMark(jurisdiction, filed.epoch(), filed.licence_tag(), at);
  }
  const std::string prefix = MarksPrefix(filed);
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> open, store_->Scan(Keyspace::kDisputeIndex, prefix,
                                                                 PrefixEnd(prefix), /*limit=*/1));
  if (!open.empty()) return absl::OkStatus();
  return marks_->ClearMark(jurisdiction, filed.epoch(), filed.licence_tag(), at);
}

absl::StatusOr<std::optional<absl::Time>> Outbox::RetryAt(const std::string& key,
                                                          absl::Time now) const {
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(Keyspace::kDisputeOutbox, key));
  if (!row.has_value()) return std::optional<absl::Time>();
  StoredOutboxRetry stored;
  if (!ParseCanonicalInto(row->value, &stored)) return std::optional<absl::Time>(now);
  const auto waiting =
      mrg::Turn::Waiting(retry_, stored.failures(), ToTime(stored.next_attempt_at()));
  return std::optional<absl::Time>(waiting.Due(now) ? now : waiting.next());
}

absl::StatusOr<absl::Time> Outbox::PutOff(const std::string& key, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(Keyspace::kDisputeOutbox, key));
  StoredOutboxRetry stored;
  if (row.has_value() && !ParseCanonicalInto(row->value, &stored)) stored.Clear();
  auto waiting = mrg::Turn::Waiting(retry_, stored.failures(), ToTime(stored.next_attempt_at()));
  waiting.Failed(now);
  const absl::Time next = WholeMicros(waiting.next());
  stored.set_failures(waiting.failures());
  *stored.mutable_next_attempt_at() = ToTimestamp(next);
  WriteSet writes;
  writes.Put(Keyspace::kDisputeOutbox, key, CanonicalBytes(stored));
  MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  return next;
}

}  // namespace mrg
