#include "dispute/outbox.h"

#include <algorithm>
#include <utility>

#include "dispute/dispute_limits.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

using dispute::v1::DeliverRequest;

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

Outbox::Outbox(DisputeNode node, OrderedStore* store, DisputeRelay* relay, RetrySchedule retry,
               OutboxObserver observer)
    : node_(std::move(node)),
      relay_(relay),
      observer_(std::move(observer)),
      entries_(store, retry) {}

absl::Time Outbox::RunOnce(absl::Time now) {
  const auto receivers = entries_.Receivers();
  if (!receivers.ok()) return entries_.SoonAfter(now);
  absl::Time next = absl::InfiniteFuture();
  for (const MemberId& peer : *receivers) {
    if (peer == node_.member) continue;  // entries at our own member are marks
    const auto deliver = [&](const DisputeHistory& history,
                             const std::vector<WaitingEntry>& entries) {
      return Deliver(peer, history, entries);
    };
    const auto failed = [&](const DisputeId& dispute, const absl::Status& status) {
      if (observer_.on_failed) observer_.on_failed(peer, dispute.value(), status);
    };
    next = std::min(next, entries_.RunReceiver(peer, deliver, failed, now));
  }
  return next;
}

EntriesTried Outbox::Deliver(const MemberId& peer, const DisputeHistory& history,
                             const std::vector<WaitingEntry>& entries) {
  const auto has_before =
      DeliverEvents(peer, history, entries.front().sequence, entries.back().sequence);
  EntriesTried tried{has_before.status(), false, {}};
  if (!has_before.ok()) {
    tried.receiver_is_down = IsOfPeer(has_before.status());
    return tried;
  }
  for (const WaitingEntry& entry : entries) tried.done.push_back(entry.sequence);
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
