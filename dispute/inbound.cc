#include "dispute/inbound.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

absl::Status Refused(absl::string_view detail) {
  return MakeError(Reason::kDisputeEventRefused, detail);
}

// Appends to `history` what is new of `events`.
absl::Status Extend(const MemberId& sender, const std::vector<std::string>& events, absl::Time now,
                    DisputeHistory* history) {
  uint64_t sequence_before = 0;
  for (const std::string& bytes : events) {
    MRG_ASSIGN_OR_RETURN(const DisputeEvent event, ParseEvent(bytes));
    if (sequence_before != 0 && event.sequence() != sequence_before + 1) {
      return Refused("expected consecutive events");
    }
    sequence_before = event.sequence();
    if (event.sequence() <= history->last_sequence()) {
      if (history->bytes()[event.sequence() - 1] == bytes) continue;
      return Refused(absl::StrCat("event ", event.sequence(), " differs from the known one"));
    }
    if (event.sequence() != history->last_sequence() + 1) {
      return Refused(absl::StrCat("expected event ", history->last_sequence() + 1, " first"));
    }
    if (AppenderOf(event) != sender.value()) {
      return Refused(absl::StrCat("event ", event.sequence(), " is not the sender's to append"));
    }
    if (ToTime(event.at()) > now + kDisputeClockAheadMax) {
      return Refused(absl::StrCat("the time of event ", event.sequence(), " has not come yet"));
    }
    MRG_RETURN_IF_ERROR(history->Append(bytes));
  }
  return absl::OkStatus();
}

}  // namespace

Inbound::Inbound(DisputeNode node, OrderedStore* store, DisputeChanged changed)
    : node_(std::move(node)), store_(store), changed_(std::move(changed)) {}

absl::StatusOr<uint64_t> Inbound::Deliver(const MemberId& sender, absl::string_view dispute,
                                          const std::vector<std::string>& events, absl::Time now) {
  const auto id = DisputeId::Parse(dispute);
  if (!id.ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "dispute", "expected a dispute id");
  }
  if (events.empty() || events.size() > kDisputeEventsPerCallMax) {
    return MakeFieldError(Reason::kFieldMalformed, "events", "expected 1 to 16 events");
  }
  absl::Status last;
  for (int round = 0; round < kDisputeRoundsMax; ++round) {
    MRG_ASSIGN_OR_RETURN(DisputeHistory history, LoadHistory(*store_, *id));
    const uint64_t known = history.last_sequence();
    MRG_RETURN_IF_ERROR(Extend(sender, events, now, &history));
    if (history.last_sequence() == known) {
      if (!last.ok()) Tell(changed_, *id);  // it may be this call that stored them
      return known + 1;
    }
    // The store gave no clear answer, and the events are not there: they were lost.
    if (!last.ok() && ReasonOf(last) != Reason::kStoreConflict) return last;

    WriteSet writes;
    if (history.stage() == DisputeStage::kRouted && history.owner() == node_.member.value()) {
      DisputeEvent received = history.Next(node_.node, now);
      received.mutable_received();
      MRG_RETURN_IF_ERROR(history.Append(CanonicalBytes(received)));
      const auto row = NewCase(history, *node_.Calendar());
      PutCase(*id, nullptr, &row, &writes);
    }
    PutEvents(node_, history, known, &writes);
    const CommitResult result = store_->Commit(writes);
    if (result.committed()) {
      Tell(changed_, *id);
      return history.last_sequence() + 1;
    }
    last = result.status;
  }
  return last;
}

}  // namespace mrg
