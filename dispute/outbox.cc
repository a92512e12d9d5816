#include "dispute/outbox.h"

#include <algorithm>
#include <utility>

#include "dispute/dispute_limits.h"
#include "dispute/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using dispute::v1::DeliverRequest;

// Of one peer in one turn.
constexpr absl::Duration kPeerTurnMax = absl::Seconds(30);

// Whether a failure says something about the peer as a whole, or only about what it was given.
bool IsOfPeer(const absl::Status& status) {
  // The peer takes no new disputes now; what ends those that it has must not wait behind them.
  if (ReasonOf(status) == Reason::kDisputesTooMany) return false;
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

Outbox::Outbox(OrderedStore* store, DisputeRelay* relay, RetrySchedule retry,
               OutboxObserver observer)
    : store_(store), relay_(relay), observer_(std::move(observer)), entries_(store, retry) {}

absl::Time Outbox::RunOnce(absl::Time now) {
  const auto peers = Peers();
  if (!peers.ok()) return entries_.SoonAfter(now);
  absl::Time next = absl::InfiniteFuture();
  for (const MemberId& peer : *peers) {
    if (limit_ != nullptr) limit_->Begin(kPeerTurnMax);
    const auto deliver = [&](const DisputeHistory& history,
                             const std::vector<uint64_t>& sequences) {
      return Deliver(peer, history, sequences);
    };
    const auto failed = [&](const DisputeId& dispute, const absl::Status& status) {
      if (observer_.on_failed) observer_.on_failed(peer, dispute.value(), status);
    };
    const WaitingRows rows = {Keyspace::kDisputeOutbox, OutboxPrefix(peer.value()),
                              PeerRetryKey(peer.value())};
    next = std::min(next, entries_.RunReceiver(rows, deliver, failed, now));
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

EntriesTried Outbox::Deliver(const MemberId& peer, const DisputeHistory& history,
                             const std::vector<uint64_t>& sequences) {
  const auto has_before = DeliverEvents(peer, history, sequences.front(), sequences.back());
  EntriesTried tried{has_before.status(), false, {}};
  if (!has_before.ok()) {
    tried.receiver_is_down = IsOfPeer(has_before.status());
    return tried;
  }
  tried.done = sequences;
  if (observer_.on_delivered) {
    observer_.on_delivered(peer, history.id().value(), *has_before);
  }
  return tried;
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
    if (limit_ != nullptr && limit_->IsOver()) {
      return MakeError(Reason::kFetchFailed, "the peer took longer than a turn has");
    }
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

}  // namespace mrg
