#include "dispute/inbound.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_events.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/event_writes.h"
#include "dispute/routing.h"
#include "dispute/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;
using dispute::v1::DisputeFiled;

absl::Status Refused(absl::string_view detail) {
  return MakeError(Reason::kDisputeEventRefused, detail);
}

// Who is said to have acted is of the sender's domain, or of one that no member is known to have
// now: what was done before a member took another one is delivered all the same.
absl::Status CheckActor(const MemberId& sender, const DisputeEvent& event, const DisputeNode& node,
                        const FilingRules& rules) {
  MRG_ASSIGN_OR_RETURN(const SpiffeId actor, SpiffeId::Parse(event.actor()));
  const std::optional<MemberId> member = actor.trust_domain() == node.node.trust_domain()
                                             ? node.member
                                             : rules.MemberOfDomain(actor.trust_domain());
  if (!member.has_value() || *member == sender) return absl::OkStatus();
  return Refused(absl::StrCat("the actor of event ", event.sequence(), " is another member's"));
}

// Appends to `history` what is new of `events`.
absl::Status Extend(const MemberId& sender, const std::vector<std::string>& events, absl::Time now,
                    const DisputeNode& node, const FilingRules& rules, DisputeHistory* history) {
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
    MRG_RETURN_IF_ERROR(CheckActor(sender, event, node, rules));
    if (ToTime(event.at()) > now + kDisputeClockAheadMax) {
      return Refused(absl::StrCat("the time of event ", event.sequence(), " has not come yet"));
    }
    MRG_RETURN_IF_ERROR(history->Append(bytes));
  }
  return absl::OkStatus();
}

// Whether `history` is at `destination`, and asks for no more there than is given.
bool IsAt(const DisputeHistory& history, const Destination& destination) {
  const DisputeFiled& filed = history.filed();
  if (!filed.queue().empty() &&
      (destination.member != history.id().filing_member() || filed.queue() != destination.queue ||
       filed.priority() > destination.priority)) {
    return false;
  }
  if (history.last_sequence() == 1) return true;
  const DisputeEvent& second = history.events()[1];
  if (second.owner_member() != destination.member.value()) return false;
  return !second.has_transferred() || (second.transferred().queue() == destination.queue &&
                                       second.transferred().priority() <= destination.priority);
}

// That its owner stays the owner is the chain's rule.
absl::Status CheckDestination(const DisputeHistory& history,
                              const std::vector<Destination>& destinations) {
  for (const Destination& destination : destinations) {
    if (IsAt(history, destination)) return absl::OkStatus();
  }
  const Destination& agreed = destinations.front();
  return Refused(absl::StrCat("expected it at member ", agreed.member.value(), ", queue ",
                              agreed.queue, ", with a priority of at most ", agreed.priority));
}

// A dispute that never comes here would stay open here for ever.
absl::Status CheckHasPart(const DisputeNode& node, const DisputeHistory& history,
                          const std::vector<Destination>& destinations) {
  if (IsParticipant(node, history)) return absl::OkStatus();
  for (const Destination& destination : destinations) {
    if (destination.member == node.member) return absl::OkStatus();
  }
  return Refused("expected a dispute that this member owns, filed or is to answer for");
}

}  // namespace

Inbound::Inbound(DisputeNode node, OrderedStore* store, const FilingRules* rules,
                 DisputeChanged changed)
    : node_(std::move(node)),
      store_(store),
      rules_(rules),
      changed_(std::move(changed)),
      bounds_(store) {}

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
    MRG_RETURN_IF_ERROR(Extend(sender, events, now, node_, *rules_, &history));
    if (history.last_sequence() == known) {
      if (!last.ok()) Tell(changed_, *id);  // it may be this call that stored them
      return known + 1;
    }
    // The store gave no clear answer, and the events are not there: they were lost.
    if (!last.ok() && ReasonOf(last) != Reason::kStoreConflict) return last;
    if (known == 0 && round == 0) MRG_RETURN_IF_ERROR(bounds_.Admit(sender, now));
    // Its owner stands in event 2 at the latest.
    if (known <= 1) {
      MRG_RETURN_IF_ERROR(CheckKindIsTaken(history.filed().kind()));
      MRG_ASSIGN_OR_RETURN(const auto destinations, rules_->DestinationsOf(history, now));
      MRG_RETURN_IF_ERROR(CheckDestination(history, destinations));
      MRG_RETURN_IF_ERROR(CheckHasPart(node_, history, destinations));
    }

    WriteSet writes;
    if (known == 0) MRG_RETURN_IF_ERROR(Cite(history.filed(), &writes));
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

absl::Status Inbound::Cite(const DisputeFiled& filed, WriteSet* writes) const {
  const std::string key = CitedKey(filed);
  MRG_ASSIGN_OR_RETURN(const auto cited, store_->Get(Keyspace::kDisputeIndex, key));
  if (!cited.has_value()) {
    writes->RequireAbsent(Keyspace::kDisputeIndex, key);
    writes->Put(Keyspace::kDisputeIndex, key, filed.licence_tag());
    return absl::OkStatus();
  }
  if (cited->value == filed.licence_tag()) return absl::OkStatus();
  return Refused("expected the licence_tag of the first dispute over this receipt");
}

}  // namespace mrg
