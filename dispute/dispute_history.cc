#include "dispute/dispute_history.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {

using dispute::v1::DisputeEvent;

absl::Status DisputeHistory::Append(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(DisputeEvent event, ParseEvent(bytes));
  if (event.dispute() != id_.value()) {
    return MakeError(Reason::kDisputeEventRefused, "expected an event of the named dispute");
  }
  MRG_RETURN_IF_ERROR(CheckContinues(events_.empty() ? nullptr : &events_.back(), event));
  const std::optional<DisputeStage> next = NextStage(stage_, StepOf(event));
  if (!next.has_value()) {
    return MakeError(Reason::kDisputeEventRefused, absl::StrCat("event ", event.sequence(),
                                                                " is a step that the state of the "
                                                                "dispute does not allow"));
  }
  stage_ = *next;
  bytes_.emplace_back(bytes);
  events_.push_back(std::move(event));
  return absl::OkStatus();
}

DisputeEvent DisputeHistory::Next(const SpiffeId& actor, absl::Time now) const {
  const DisputeEvent& last = events_.back();
  DisputeEvent next;
  next.set_dispute(id_.value());
  next.set_sequence(last.sequence() + 1);
  next.set_owner_member(last.owner_member());
  next.set_owner_epoch(last.owner_epoch());
  next.set_actor(actor.value());
  const absl::Time at = std::max(WholeMicros(now), ToTime(last.at()));
  *next.mutable_at() = ToTimestamp(at);
  next.set_previous_event_sha256(Sha256(bytes_.back()));
  return next;
}

const DisputeEvent* DisputeHistory::Find(DisputeStep step) const {
  auto found = std::find_if(events_.begin(), events_.end(),
                            [step](const DisputeEvent& event) { return StepOf(event) == step; });
  return found == events_.end() ? nullptr : &*found;
}

const std::string& DisputeHistory::queue() const {
  const DisputeEvent* transfer = Find(DisputeStep::kTransfer);
  return transfer == nullptr ? filed().queue() : transfer->transferred().queue();
}

uint32_t DisputeHistory::priority() const {
  const DisputeEvent* transfer = Find(DisputeStep::kTransfer);
  return transfer == nullptr ? filed().priority() : transfer->transferred().priority();
}

absl::Time DisputeHistory::filed_at() const { return ToTime(events_.front().at()); }

absl::Time DisputeHistory::stage_since() const { return ToTime(events_.back().at()); }

}  // namespace mrg
