#include "gateway/federation/follow/head_exchange_turn.h"

#include <utility>
#include <vector>

#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// Between exchanges that succeed, whatever hints arrive.
constexpr absl::Duration kDistanceMin = absl::Seconds(1);

}  // namespace

HeadExchangeTurn::HeadExchangeTurn(MemberId peer, PeerConnection* connection, Turn turn,
                                   HeadDesk* desk, Told told, const Clock* clock, EventLog* events)
    : peer_(std::move(peer)),
      connection_(connection),
      desk_(desk),
      told_(std::move(told)),
      clock_(clock),
      events_(events),
      turn_(turn) {}

void HeadExchangeTurn::RunOnce(absl::Time now) {
  const bool asked = hinted_.load(std::memory_order_relaxed);
  if (!(asked ? turn_.DueWhenAsked(now, kDistanceMin) : turn_.Due(now))) return;
  hinted_.store(false, std::memory_order_relaxed);
  const absl::Status exchanged = Exchange(now);
  if (exchanged.ok()) {
    turn_.Succeeded(now);
    return;
  }
  turn_.Failed(now);
  desk_->Unanswered(peer_);
  if (turn_.failures() == 1) {
    events_->WriteFailure(Event::kHeadExchangeFailed, exchanged, "peer", peer_);
  }
}

absl::Status HeadExchangeTurn::Exchange(absl::Time now) {
  MRG_RETURN_IF_ERROR(ExchangeOnce(now));
  // The answer said which checkpoint of the own log the peer keeps: only from there can it be shown
  // that the log went on.
  return desk_->IsBehind(peer_) ? ExchangeOnce(now) : absl::OkStatus();
}

absl::Status HeadExchangeTurn::ExchangeOnce(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto request, desk_->Ask(peer_));
  const absl::Duration asked = clock_->Monotonic();
  MRG_ASSIGN_OR_RETURN(const auto answer, connection_->ExchangeHeads(request));
  if (answer.has_answered_at() && IsInYears1To9999(answer.answered_at())) {
    told_.peer_time(ToTime(answer.answered_at()), asked, clock_->Monotonic());
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<MemberId> newer, desk_->Take(peer_, answer, now));
  for (const MemberId& publisher : newer) told_.newer_root(publisher);
  return absl::OkStatus();
}

}  // namespace mrg
